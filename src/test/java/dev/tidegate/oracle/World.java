package dev.tidegate.oracle;

import dev.tidegate.model.AccessRule;
import dev.tidegate.model.Association;
import dev.tidegate.model.AssociationName;
import dev.tidegate.model.Direction;
import dev.tidegate.model.EntityName;
import dev.tidegate.model.Model;
import dev.tidegate.xpath.Condition;
import dev.tidegate.xpath.Hop;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Everything there is: objects, pairs in join tables, access rules as their author meant them, and the moment that it is.
 * References may lead nowhere.
 */
final class World {
    record Pair(Object from, Object to) {}

    /** A rule, and the condition that its constraint was made to mean. */
    record Rule(AccessRule rule, Condition when) {}

    private final Model model;
    private final Instant now;
    private final List<Rule> rules;
    private final List<Thing> things;
    private final Map<AssociationName, List<Pair>> pairs;
    private final Map<EntityName, Map<Object, Thing>> byId = new HashMap<>();
    private final Map<EntityName, List<Thing>> byTable = new HashMap<>();

    World(Model model, Instant now, List<Rule> rules, List<Thing> things, Map<AssociationName, List<Pair>> pairs) {
        this.model = model;
        this.now = now;
        this.rules = rules;
        this.things = things;
        this.pairs = pairs;
        for (Thing thing : things) {
            for (EntityName table : thing.tables()) {
                byTable.computeIfAbsent(table, _ -> new ArrayList<>()).add(thing);
                byId.computeIfAbsent(table, _ -> new HashMap<>()).put(thing.id(), thing);
            }
        }
    }

    World with(Model ruled, List<Rule> theRules) {
        return new World(ruled, now, List.copyOf(theRules), things, pairs);
    }

    Model model() {
        return model;
    }

    Instant now() {
        return now;
    }

    List<Rule> rules() {
        return rules;
    }

    List<Thing> things() {
        return things;
    }

    List<Pair> pairs(AssociationName association) {
        return pairs.getOrDefault(association, List.of());
    }

    /** The objects that have a row in the entity's table. */
    List<Thing> in(EntityName entity) {
        return byTable.getOrDefault(entity, List.of());
    }

    Optional<Thing> find(EntityName entity, Object id) {
        return Optional.ofNullable(byId.getOrDefault(entity, Map.of()).get(id));
    }

    /** The ids at one end of an association, as the rows say; some may be of nothing. */
    List<Object> ids(Thing near, Association association, Direction direction) {
        boolean forward = direction == Direction.FORWARD;
        return switch (association.storage()) {
            case Association.InColumn _ ->
                forward
                        ? Optional.ofNullable(near.references().get(association.name())).stream()
                                .toList()
                        : in(association.from()).stream()
                                .filter(far -> near.id().equals(far.references().get(association.name())))
                                .map(Thing::id)
                                .toList();
            case Association.InJoinTable _ ->
                pairs(association.name()).stream()
                        .filter(pair -> near.id().equals(forward ? pair.from() : pair.to()))
                        .map(pair -> forward ? pair.to() : pair.from())
                        .toList();
        };
    }

    /** The objects at which a hop arrives. */
    List<Thing> reached(Thing near, Hop hop) {
        return ids(near, hop.association(), hop.direction()).stream()
                .map(id -> find(hop.to(), id))
                .flatMap(Optional::stream)
                .toList();
    }

    /** The object of the model's user entity that has this name. */
    Optional<Thing> user(String name) {
        return model.user().flatMap(user -> {
            var attribute = model.attribute(user.entity(), user.nameAttribute()).orElseThrow();
            return in(user.entity()).stream()
                    .filter(thing -> Objects.equals(thing.value(attribute), name))
                    .findFirst();
        });
    }
}
