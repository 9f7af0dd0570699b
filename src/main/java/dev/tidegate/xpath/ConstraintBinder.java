package dev.tidegate.xpath;

import dev.tidegate.model.EntityName;
import dev.tidegate.model.Model;
import dev.tidegate.problem.Result;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * A tree of names and values meets the model: names are resolved, values take the type of what they are compared with.
 * Everything that does not fit is reported at once, with positions. Knows neither profiles nor access.
 */
public final class ConstraintBinder {
    private final Model model;

    public ConstraintBinder(Model model) {
        this.model = model;
    }

    /** The condition on objects of {@code entity}. {@code nullParameters} are those bound to null, which compare as {@code empty}. */
    public Result<CheckedConstraint> bind(
            String parameter, EntityName entity, Constraint constraint, Set<String> nullParameters) {
        Findings findings = new Findings(parameter);
        ConditionBinding binding = new ConditionBinding(model, findings, nullParameters);
        List<Condition> brackets = new ArrayList<>();
        constraint.brackets().forEach(bracket -> brackets.add(binding.expr(entity, bracket)));
        Condition condition = brackets.size() == 1 ? brackets.getFirst() : new Condition.All(brackets);
        return findings.isClean()
                ? Result.ok(new CheckedConstraint(entity, condition, findings.parameters()))
                : Result.refused(findings.violations());
    }

    /** A sort key; {@code path} as {@link ConstraintParser#parsePath} read it. Every hop leads to at most one object. */
    public Result<SortKey> bindSort(String parameter, EntityName entity, Operand path, boolean descending) {
        Findings findings = new Findings(parameter);
        SortKey key = new PathBinding(model, findings).sortKey(entity, path, descending);
        return findings.isClean() ? Result.ok(key) : Result.refused(findings.violations());
    }

    /** The hops of a path that ends in a step, without predicates: something to expand. */
    public Result<List<Hop>> bindPath(String parameter, EntityName entity, Operand path) {
        Findings findings = new Findings(parameter);
        List<Hop> hops = new PathBinding(model, findings).expansion(entity, path);
        return findings.isClean() ? Result.ok(hops) : Result.refused(findings.violations());
    }
}
