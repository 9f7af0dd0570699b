package dev.tidegate.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidegate.model.AssociationName;
import dev.tidegate.model.EntityName;
import dev.tidegate.model.ModelReader;
import dev.tidegate.model.WatchedEntities;
import dev.tidegate.model.WatchedEntities.Filters;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What the change logs watch (store-protocol 7). */
class WatchRulesTest {
    private static final String MODEL = """
            user: { entity: M.Person, name: Login }
            modules:
              M:
                entities:
                  Thing: { store: s, discriminator: kind, attributes: { Name: { type: string }, State: { type: string } } }
                  Tool: { extends: M.Thing, attributes: { Size: { type: integer } } }
                  Owner: { store: s, attributes: { City: { type: string }, Age: { type: integer } } }
                  Person: { store: s, attributes: { Login: { type: string }, Nick: { type: string } } }
                  Label: { store: s, attributes: { Text: { type: string } } }
                  Live: { store: s, attributes: { Level: { type: integer } } }
                  Alone: { store: s, attributes: { X: { type: string } } }
                associations:
                  Thing_Owner: { from: M.Thing, to: M.Owner, column: owner_id }
                  Owner_Person: { from: M.Owner, to: M.Person, column: person_id }
                  Live_Thing: { from: M.Live, to: M.Thing, column: thing_id }
                  Thing_Label: { from: M.Thing, to: M.Label, type: reference-set, join-table: { name: tl, from: t, to: l } }
                  Alone_Label: { from: M.Alone, to: M.Label, type: reference-set, join-table: { name: al, from: a, to: l } }
                access:
                  - { entity: M.Tool, roles: [A], read: all, constraint: "[RULE]" }
                  - { entity: M.Alone, roles: [A], read: all, constraint: "[X = 'not watched']" }
            features: { online-sync-mode: true }
            profiles:
              Phone: { kind: native-mobile, sync: { M.Tool: { mode: by-xpath, constraint: "[SYNC]" }, M.Live: { mode: online } } }
              Desk: { kind: web }
            """;

    /** Reads no member. */
    private static final String NOTHING = "[id != '00000000-0000-0000-0000-000000000001']";

    private static final Filters NONE = new Filters(Set.of(), Set.of());

    private static WatchedEntities watched(String sync, String rule) {
        String text = MODEL.replace("[SYNC]", sync).replace("[RULE]", rule);
        return WatchRules.watched(Rulebook.of(ModelReader.read(text)
                .model()
                .orElseThrow(() -> new IllegalStateException(
                        ModelReader.read(text).issues().toString()))));
    }

    private static EntityName entity(String name) {
        return new EntityName("M", name);
    }

    private static AssociationName association(String name) {
        return new AssociationName("M", name);
    }

    private static Map<EntityName, Filters> entities(Object... namesAndFilters) {
        Map<EntityName, Filters> entities = new LinkedHashMap<>();
        for (int i = 0; i < namesAndFilters.length; i += 2) {
            entities.put(entity((String) namesAndFilters[i]), (Filters) namesAndFilters[i + 1]);
        }
        return entities;
    }

    @Test
    void whole_hierarchies_that_an_offline_profile_holds_with_their_sets_and_nothing_that_is_online() {
        assertThat(watched(NOTHING, NOTHING))
                .isEqualTo(
                        new WatchedEntities(entities("Thing", NONE, "Tool", NONE), Set.of(association("Thing_Label"))));
    }

    @Test
    void members_that_constraints_and_rules_read_are_filters_where_they_are_declared() {
        assertThat(watched("[State = 'x' and Size > 3]", "[Name = 'y']"))
                .isEqualTo(new WatchedEntities(
                        entities(
                                "Thing", new Filters(Set.of("State", "Name"), Set.of()),
                                "Tool", new Filters(Set.of("Size"), Set.of())),
                        Set.of(association("Thing_Label"))));
    }

    @Test
    void objects_on_the_way_are_watched_with_the_references_that_lead_to_them() {
        assertThat(watched(
                        "[M.Thing_Owner/M.Owner/City = 'Bern']",
                        "[M.Thing_Owner/M.Owner/M.Owner_Person/M.Person/Nick = 'z']"))
                .isEqualTo(new WatchedEntities(
                        entities(
                                "Thing", new Filters(Set.of(), Set.of(association("Thing_Owner"))),
                                "Tool", NONE,
                                "Owner", new Filters(Set.of("City"), Set.of(association("Owner_Person"))),
                                "Person", new Filters(Set.of("Nick"), Set.of())),
                        Set.of(association("Thing_Label"))));
    }

    @Test
    void an_association_read_from_its_far_side_is_a_filter_of_the_near_side() {
        assertThat(watched("[M.Live_Thing/M.Live/Level = 1]", NOTHING))
                .isEqualTo(new WatchedEntities(
                        entities(
                                "Thing", NONE,
                                "Tool", NONE,
                                "Live", new Filters(Set.of("Level"), Set.of(association("Live_Thing")))),
                        Set.of(association("Thing_Label"))));
    }

    @Test
    void sets_on_the_way_are_watched_by_their_pairs() {
        assertThat(watched("[M.Thing_Label/M.Label/Text = 'l']", NOTHING))
                .isEqualTo(new WatchedEntities(
                        entities(
                                "Thing", NONE,
                                "Tool", NONE,
                                "Label", new Filters(Set.of("Text"), Set.of())),
                        Set.of(association("Thing_Label"))));
    }

    @Test
    void who_the_current_user_is_is_watched_where_a_rule_asks() {
        assertThat(watched(NOTHING, "[M.Thing_Owner/M.Owner/M.Owner_Person = '[%CurrentUser%]']")
                        .entities())
                .containsEntry(entity("Person"), new Filters(Set.of("Login"), Set.of()));
    }
}
