package dev.tidegate.oracle;

import dev.tidegate.model.ConflictPolicy;
import dev.tidegate.model.EntityName;
import dev.tidegate.model.Mode;
import dev.tidegate.model.Model;
import dev.tidegate.model.Profile;
import dev.tidegate.model.ProfileKind;
import dev.tidegate.model.SyncRule;
import dev.tidegate.xpath.Condition;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** Makes regimes over one structure of tables, the next one out of the one before. */
final class RegimeMaker {
    private final Dice dice;
    private final World world;
    private final Values values;
    private int version;

    /** {@code world}: without rules; what constraints name is taken from there. */
    RegimeMaker(Dice dice, World world, Values values) {
        this.dice = dice;
        this.world = world;
        this.values = values;
    }

    Regime first() {
        Map<EntityName, SyncRule> sync = new LinkedHashMap<>();
        Map<EntityName, Condition> constraints = new LinkedHashMap<>();
        world.model().entities().keySet().forEach(entity -> put(entity, sync, constraints));
        return regime(rules(), sync, constraints);
    }

    private List<World.Rule> rules() {
        return RuleMaker.ruled(dice, world, values).rules();
    }

    private void put(EntityName entity, Map<EntityName, SyncRule> sync, Map<EntityName, Condition> constraints) {
        sync.remove(entity);
        constraints.remove(entity);
        switch (dice.weighted(28, 48, 5, 3, 6, 10)) {
            case 0 -> sync.put(entity, rule(Mode.ALL));
            case 1 -> {
                Said said = ConstraintMaker.ofRule(dice, world, values).constraint(entity, dice.between(0, 2));
                sync.put(
                        entity, new SyncRule(Mode.BY_XPATH, Optional.of(said.text()), ConflictPolicy.LAST_WINS, false));
                constraints.put(entity, said.meant());
            }
            case 2 -> sync.put(entity, rule(Mode.NOTHING_CLEAR));
            case 3 -> sync.put(entity, rule(Mode.NOTHING_PRESERVE));
            case 4 -> sync.put(entity, rule(Mode.ONLINE));
            default -> {}
        }
    }

    private SyncRule rule(Mode mode) {
        return new SyncRule(mode, Optional.empty(), ConflictPolicy.LAST_WINS, mode != Mode.ALL && dice.percent(50));
    }

    /** Other rules, other modes, or one of them. */
    Regime after(Regime before) {
        List<World.Rule> rules = new ArrayList<>(before.rules());
        Map<EntityName, SyncRule> sync = new LinkedHashMap<>(before.profile().sync());
        Map<EntityName, Condition> constraints = new LinkedHashMap<>(before.constraints());
        switch (dice.weighted(1, 3, 3, 4)) {
            case 0 -> {
                rules.clear();
                rules.addAll(rules());
            }
            case 1 -> rules.remove(dice.upTo(rules.size()));
            case 2 -> rules.set(dice.upTo(rules.size()), dice.any(rules()));
            default -> put(dice.any(List.copyOf(world.model().entities().keySet())), sync, constraints);
        }
        return regime(rules.isEmpty() ? rules() : rules, sync, constraints);
    }

    private Regime regime(
            List<World.Rule> rules, Map<EntityName, SyncRule> sync, Map<EntityName, Condition> constraints) {
        Model structure = world.model();
        Map<EntityName, SyncRule> ordered = new LinkedHashMap<>();
        structure.entities().keySet().stream()
                .filter(sync::containsKey)
                .forEach(entity -> ordered.put(entity, Objects.requireNonNull(sync.get(entity))));
        Profile profile = new Profile(Regime.PROFILE, ProfileKind.NATIVE_MOBILE, Optional.empty(), ordered);
        Model model = new Model(
                Integer.toString(++version),
                true,
                structure.user(),
                structure.entities(),
                structure.associations(),
                rules.stream().map(World.Rule::rule).toList(),
                Map.of(Regime.PROFILE, profile));
        return new Regime(model, rules, constraints);
    }
}
