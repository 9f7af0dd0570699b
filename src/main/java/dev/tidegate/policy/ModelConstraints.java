package dev.tidegate.policy;

import dev.tidegate.model.AccessRule;
import dev.tidegate.model.EntityName;
import dev.tidegate.model.Mode;
import dev.tidegate.model.Model;
import dev.tidegate.model.Position;
import dev.tidegate.model.Positions;
import dev.tidegate.model.ProfileName;
import dev.tidegate.problem.Place;
import dev.tidegate.problem.ProblemCode;
import dev.tidegate.problem.Result;
import dev.tidegate.problem.Violation;
import dev.tidegate.xpath.CheckedConstraint;
import dev.tidegate.xpath.Condition;
import dev.tidegate.xpath.ConstraintBinder;
import dev.tidegate.xpath.ConstraintParser;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** The constraints that stand in a model, bound, and what is wrong with them. The limitations do not apply to them. */
final class ModelConstraints {
    private record Sync(ProfileName profile, EntityName entity) {}

    private final Model model;
    private final List<ModelFinding> findings = new ArrayList<>();
    private final List<Condition> rules = new ArrayList<>();
    private final Map<Sync, Condition> syncs = new HashMap<>();

    ModelConstraints(Model model) {
        this.model = model;
        for (int i = 0; i < model.accessRules().size(); i++) {
            int index = i;
            AccessRule rule = model.accessRules().get(i);
            rules.add(rule.constraint()
                    .map(text -> bind(rule.entity(), text, "An access rule of", at -> at.ofAccessRule(index)))
                    .orElse(Condition.always()));
        }
        model.profiles()
                .values()
                .forEach(profile -> profile.sync().forEach((entity, sync) -> {
                    if (sync.mode() == Mode.BY_XPATH && sync.constraint().isPresent()) {
                        Condition bound = bind(
                                entity,
                                sync.constraint().get(),
                                "The sync constraint in profile '" + profile.name() + "' of",
                                at -> at.ofSync(profile.name(), entity));
                        syncs.put(new Sync(profile.name(), entity), bound);
                    }
                }));
    }

    List<ModelFinding> findings() {
        return List.copyOf(findings);
    }

    /** The condition of the rule at that index of the model's; always true without a constraint. */
    Condition ofRule(int index) {
        return rules.get(index);
    }

    Optional<Condition> ofSync(ProfileName profile, EntityName entity) {
        return Optional.ofNullable(syncs.get(new Sync(profile, entity)));
    }

    private Condition bind(EntityName entity, String text, String what, Function<Positions, Position> place) {
        Result<CheckedConstraint> bound = ConstraintParser.parse("constraint", text)
                .flatMap(tree -> new ConstraintBinder(model).bind("constraint", entity, tree, Set.of()));
        return switch (bound) {
            case Result.Refused<CheckedConstraint>(var violations) -> {
                violations.forEach(violation -> findings.add(invalid(what, entity, place, violation)));
                yield Condition.never();
            }
            case Result.Ok<CheckedConstraint>(CheckedConstraint constraint) -> {
                judge(constraint, what, place);
                yield constraint.condition();
            }
        };
    }

    private void judge(CheckedConstraint constraint, String what, Function<Positions, Position> place) {
        EntityName entity = constraint.entity();
        constraint.parameters().stream()
                .sorted()
                .forEach(name -> findings.add(ModelFinding.error(
                        "constraint-invalid",
                        place,
                        what + " '" + entity + "' uses the parameter $" + name + ", which nobody binds.",
                        "Write a value or a token, as '[%CurrentUserName%]'.")));
        ConditionUses uses = ConditionUses.of(constraint.condition());
        uses.members().stream()
                .filter(member -> !member.attribute().isUsable())
                .map(member -> Violation.in(
                        "constraint",
                        member.position(),
                        ProblemCode.MEMBER_NOT_USABLE,
                        "'" + member.attribute().name() + "' is "
                                + member.attribute().type().key() + ", which constraints cannot use."))
                .forEach(violation -> findings.add(invalid(what, entity, place, violation)));
        Stores.crossings(model, entity, uses)
                .forEach(violation -> findings.add(ModelFinding.error(
                        "cross-store-constraint",
                        place,
                        what + " '" + entity + "': " + violation.detail() + position(violation),
                        "Use only members that are kept in the store of '" + entity + "'.")));
        if (uses.clock()) {
            findings.add(ModelFinding.warning(
                    "clock-constraint",
                    place,
                    what + " '" + entity + "' depends on the clock, so each pull compares the whole set.",
                    "Where sets are large, keep a state in an attribute instead."));
        }
    }

    private static ModelFinding invalid(
            String what, EntityName entity, Function<Positions, Position> place, Violation violation) {
        return ModelFinding.error(
                "constraint-invalid",
                place,
                what + " '" + entity + "': " + violation.detail() + position(violation),
                "Correct the constraint; its language is described in src/docs/constraints.md.");
    }

    private static String position(Violation violation) {
        return violation.place() instanceof Place.InParameter in
                ? " (position " + in.position() + " of the constraint)"
                : "";
    }
}
