package dev.tidegate.oracle;

import dev.tidegate.model.AccessRule;
import dev.tidegate.model.EntityName;
import dev.tidegate.model.MemberSet;
import dev.tidegate.model.Model;
import dev.tidegate.model.RoleName;
import dev.tidegate.xpath.Condition;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Makes access rules: one role that reads everything, and others that read some members of some objects. */
final class RuleMaker {
    private final Dice dice;
    private final World world;
    private final Model model;
    private final Values values;
    private final List<World.Rule> rules = new ArrayList<>();

    private RuleMaker(Dice dice, World world, Values values) {
        this.dice = dice;
        this.world = world;
        this.model = world.model();
        this.values = values;
    }

    /** The same world with rules. */
    static World ruled(Dice dice, World world, Values values) {
        return new RuleMaker(dice, world, values).make();
    }

    private World make() {
        for (EntityName entity : model.entities().keySet()) {
            if (dice.percent(95)) {
                add(entity, Set.of(ModelMaker.ROLES.getFirst()), MemberSet.all(), Optional.empty());
            }
            for (RoleName role : ModelMaker.ROLES.subList(1, ModelMaker.ROLES.size())) {
                for (int i = dice.any(0, 1, 1, 2); i > 0; i--) {
                    Set<RoleName> roles =
                            dice.percent(20) ? Set.copyOf(List.of(role, ModelMaker.ROLES.get(1))) : Set.of(role);
                    Optional<Said> constraint = dice.percent(60)
                            ? Optional.of(
                                    ConstraintMaker.ofRule(dice, world, values).constraint(entity, dice.between(0, 2)))
                            : Optional.empty();
                    add(entity, roles, someMembers(entity, 45), constraint);
                }
            }
        }
        List<AccessRule> plain = rules.stream().map(World.Rule::rule).toList();
        Model ruled = new Model(
                model.version(), true, model.user(), model.entities(), model.associations(), plain, model.profiles());
        return world.with(ruled, rules);
    }

    private void add(EntityName entity, Set<RoleName> roles, MemberSet read, Optional<Said> constraint) {
        AccessRule rule =
                new AccessRule(entity, roles, false, false, read, someMembers(entity, 20), constraint.map(Said::text));
        rules.add(new World.Rule(rule, constraint.map(Said::meant).orElse(Condition.always())));
    }

    private MemberSet someMembers(EntityName entity, int chanceOfAll) {
        if (dice.percent(chanceOfAll)) {
            return MemberSet.all();
        }
        List<String> all = Stream.concat(
                        model.attributes(entity).stream()
                                .map(declared -> declared.attribute().name()),
                        model.ownedEnds(entity).stream()
                                .map(end -> end.association().name().toString())
                                .distinct())
                .toList();
        return MemberSet.of(dice.some(all, dice.upTo(all.size() + 1)));
    }
}
