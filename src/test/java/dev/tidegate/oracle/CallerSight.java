package dev.tidegate.oracle;

import dev.tidegate.model.AccessRule;
import dev.tidegate.model.EntityName;
import dev.tidegate.policy.Caller;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * What the rules of a caller's roles let see ({@code rules} 8): their union, each object by the rules of its own entity. An
 * object whose own entity the model does not know has none.
 */
final class CallerSight implements Sight {
    private record Case(World.Rule rule, Thing thing) {}

    private final World world;
    private final List<World.Rule> rules;
    private final Evaluator unlimited;
    private final Map<Case, Boolean> known = new HashMap<>();

    CallerSight(World world, Caller caller) {
        this.world = world;
        this.rules = world.rules().stream()
                .filter(rule -> rule.rule().roles().stream().anyMatch(caller.roles()::contains))
                .toList();
        this.unlimited = new Evaluator(world, Sight.EVERYTHING, caller, Map.of());
    }

    @Override
    public boolean sees(Thing thing) {
        return any(thing, rule -> !rule.read().isEmpty());
    }

    @Override
    public boolean sees(Thing thing, String member) {
        return any(thing, rule -> rule.read().contains(member));
    }

    boolean mayWrite(Thing thing, String member) {
        return any(thing, rule -> rule.write().contains(member));
    }

    private boolean any(Thing thing, Predicate<AccessRule> gives) {
        return thing.own().isPresent()
                && rules.stream()
                        .filter(rule -> rule.rule().entity().equals(thing.own().get()))
                        .filter(rule -> gives.test(rule.rule()))
                        .anyMatch(rule ->
                                known.computeIfAbsent(new Case(rule, thing), _ -> unlimited.holds(thing, rule.when())));
    }

    /** Whether a query may name the entity: some rule lets read something of it or of a specialization. */
    boolean mayName(EntityName entity) {
        return anyRule(entity, rule -> !rule.read().isEmpty());
    }

    boolean mayName(EntityName entity, String member) {
        return anyRule(entity, rule -> rule.read().contains(member));
    }

    private boolean anyRule(EntityName entity, Predicate<AccessRule> gives) {
        return rules.stream()
                .map(World.Rule::rule)
                .anyMatch(rule -> world.model().isKindOf(rule.entity(), entity) && gives.test(rule));
    }
}
