package dev.tidegate.oracle;

import dev.tidegate.model.Association;
import dev.tidegate.model.AssociationName;
import dev.tidegate.model.DeclaredAttribute;
import dev.tidegate.model.EntityName;
import dev.tidegate.model.Model;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Fills the tables of a model: objects of every entity, empty members, references to nothing, and objects of entities that
 * the model does not know.
 */
final class WorldMaker {
    private final Dice dice;
    private final Model model;
    private final Values values;
    private final List<Thing> things = new ArrayList<>();
    private final Map<EntityName, List<Object>> freeIds = new HashMap<>();

    private WorldMaker(Dice dice, Model model, Values values) {
        this.dice = dice;
        this.model = model;
        this.values = values;
    }

    /** A world without rules. */
    static World world(Dice dice, Model model, Values values, Instant now) {
        return new WorldMaker(dice, model, values).make(now);
    }

    private World make(Instant now) {
        for (EntityName entity : model.entities().keySet()) {
            if (model.root(entity).equals(entity)) {
                freeIds.put(
                        entity,
                        new ArrayList<>(
                                values.ids(model.entity(entity).identity().type(), 150, dice)));
            }
        }
        for (EntityName entity : model.entities().keySet()) {
            List<EntityName> tables = model.lineage(entity).reversed();
            for (int i = dice.between(8, 16); i > 0; i--) {
                add(Thing.of(entity, tables, nextId(entity)));
            }
            if (model.family(model.root(entity)).size() > 1) {
                for (int i = dice.upTo(3); i > 0; i--) {
                    String stranger = dice.percent(30) ? null : dice.any("M.Unknown", "", "m.e0", "M.E0 ");
                    add(Thing.stranger(stranger, tables, nextId(entity)));
                }
            }
        }
        nameUsers();
        World unlinked = new World(model, now, List.of(), things, Map.of());
        Map<AssociationName, List<World.Pair>> pairs = new HashMap<>();
        model.associations().values().forEach(association -> link(unlinked, association, pairs));
        return new World(model, now, List.of(), things, pairs);
    }

    private Object nextId(EntityName entity) {
        return Objects.requireNonNull(freeIds.get(model.root(entity))).removeLast();
    }

    private void add(Thing thing) {
        for (DeclaredAttribute attribute : model.attributes(thing.tables().getLast())) {
            if (!dice.percent(18)) {
                thing.values().put(attribute, values.of(attribute));
            }
        }
        things.add(thing);
    }

    /** No two have the same name. */
    private void nameUsers() {
        EntityName users = model.user().orElseThrow().entity();
        DeclaredAttribute login = model.attribute(users, "Login").orElseThrow();
        List<String> names = new ArrayList<>(ModelMaker.CALLERS.subList(0, 3));
        int more = 0;
        for (Thing thing : things) {
            if (thing.tables().contains(users)) {
                if (names.isEmpty() && dice.percent(30)) {
                    thing.values().remove(login);
                } else {
                    thing.values().put(login, names.isEmpty() ? "user " + more++ : names.removeLast());
                }
            }
        }
    }

    private void link(World world, Association association, Map<AssociationName, List<World.Pair>> pairs) {
        boolean single = association.kind() == Association.Kind.REFERENCE;
        List<Thing> targets = new ArrayList<>(world.in(association.to()));
        List<Object> nowhere =
                values.ids(model.entity(association.to()).identity().type(), 3, dice);
        Set<World.Pair> made = new LinkedHashSet<>();
        for (Thing from : world.in(association.from())) {
            int many = single ? dice.any(0, 1, 1, 1, 1) : dice.any(0, 1, 2, 3, 4);
            for (int i = 0; i < many; i++) {
                if (dice.percent(8)) {
                    made.add(new World.Pair(from.id(), dice.any(nowhere)));
                } else if (!targets.isEmpty()) {
                    Thing to = dice.any(targets);
                    if (single && association.bothOwn()) {
                        targets.remove(to);
                    }
                    made.add(new World.Pair(from.id(), to.id()));
                }
            }
        }
        if (association.storage() instanceof Association.InColumn) {
            made.forEach(pair -> world.find(association.from(), pair.from())
                    .orElseThrow()
                    .references()
                    .put(association.name(), pair.to()));
            return;
        }
        if (!single) {
            values.ids(model.entity(association.from()).identity().type(), 2, dice).stream()
                    .filter(id -> world.find(association.from(), id).isEmpty())
                    .forEach(id -> made.add(new World.Pair(id, dice.any(targets).id())));
        }
        pairs.put(association.name(), List.copyOf(made));
    }
}
