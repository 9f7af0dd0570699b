package dev.tidegate.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidegate.model.AssociationName;
import dev.tidegate.model.EntityName;
import dev.tidegate.model.Model;
import dev.tidegate.model.ModelReader;
import dev.tidegate.model.ProfileName;
import dev.tidegate.model.RoleName;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Which changes concern whom. */
class HintRulesTest {
    private static final String MODEL = """
            user: { entity: M.Person, name: Login }
            modules:
              M:
                entities:
                  Thing: { store: s, discriminator: kind, attributes: { Name: { type: string } } }
                  Tool: { extends: M.Thing, attributes: { Size: { type: integer } } }
                  Owner: { store: s, attributes: { City: { type: string } } }
                  Person: { store: s, attributes: { Login: { type: string } } }
                  Label: { store: s, attributes: { Text: { type: string } } }
                  Live: { store: s, attributes: { Level: { type: integer } } }
                  Once: { store: s, attributes: { Level: { type: integer } } }
                associations:
                  Thing_Owner: { from: M.Thing, to: M.Owner, column: owner_id }
                  Owner_Person: { from: M.Owner, to: M.Person, column: person_id }
                  Thing_Label: { from: M.Thing, to: M.Label, type: reference-set, join-table: { name: tl, from: t, to: l } }
                access:
                  - { entity: M.Tool, roles: [A, B], read: all }
                  - { entity: M.Tool, roles: [B], read: all, constraint: "[M.Thing_Owner/M.Owner/City = 'x']" }
                  - { entity: M.Label, roles: [A], read: all }
                  - { entity: M.Live, roles: [A], read: all }
                  - { entity: M.Once, roles: [A], read: all }
            features: { online-sync-mode: true }
            profiles:
              Phone:
                kind: native-mobile
                sync:
                  M.Tool: { mode: by-xpath, constraint: "[SYNC]" }
                  M.Label: { mode: all }
                  M.Live: { mode: online }
                  M.Once: { mode: nothing-clear, compatibility: true }
            """;

    private static HintScope scope(String sync, String... roles) {
        String text = MODEL.replace("[SYNC]", sync);
        Model model = ModelReader.read(text)
                .model()
                .orElseThrow(() -> new IllegalStateException(
                        ModelReader.read(text).issues().toString()));
        return new HintRules(Rulebook.of(model))
                .scope(
                        Objects.requireNonNull(model.profiles().get(new ProfileName("Phone"))),
                        Arrays.stream(roles).map(RoleName::new).collect(Collectors.toSet()));
    }

    private static EntityName entity(String name) {
        return new EntityName("M", name);
    }

    private static final AssociationName SET = new AssociationName("M", "Thing_Label");
    private static final Set<EntityName> TOOL = Set.of(entity("Tool"));

    @Test
    void an_entity_is_concerned_by_its_hierarchy_and_its_sets() {
        assertThat(scope("[Size > 3]", "A"))
                .isEqualTo(new HintScope(
                        Map.of(
                                entity("Thing"), TOOL,
                                entity("Label"), Set.of(entity("Label")),
                                entity("Once"), Set.of(entity("Once"))),
                        Map.of(SET, TOOL)));
    }

    @Test
    void by_what_its_constraint_reads_on_the_way() {
        HintScope scope = scope("[M.Thing_Label/M.Label/Text = 'x']", "A");
        assertThat(scope.concernedBy(Set.of(entity("Label")), Set.of()))
                .containsExactlyInAnyOrder(entity("Label"), entity("Tool"));
        assertThat(scope.concernedBy(Set.of(), Set.of(SET))).isEqualTo(TOOL);
    }

    @Test
    void by_what_the_rules_of_the_callers_roles_read_and_not_those_of_others() {
        assertThat(scope("[Size > 3]", "B").concernedBy(Set.of(entity("Owner")), Set.of()))
                .isEqualTo(TOOL);
        assertThat(scope("[Size > 3]", "A").concernedBy(Set.of(entity("Owner")), Set.of()))
                .isEmpty();
    }

    @Test
    void by_the_callers_own_object_where_that_is_looked_up() {
        assertThat(scope("[M.Thing_Owner/M.Owner/M.Owner_Person = '[%CurrentUser%]']", "A")
                        .concernedBy(Set.of(entity("Person")), Set.of()))
                .isEqualTo(TOOL);
    }

    @Test
    void nothing_that_is_not_downloaded_concerns_anybody() {
        HintScope scope = scope("[Size > 3]", "A");
        assertThat(scope.concernedBy(Set.of(entity("Live"), entity("Person")), Set.of()))
                .isEmpty();
        assertThat(scope.entities()).containsExactlyInAnyOrder(entity("Tool"), entity("Label"), entity("Once"));
    }
}
