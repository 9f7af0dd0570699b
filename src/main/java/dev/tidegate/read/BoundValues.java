package dev.tidegate.read;

import dev.tidegate.problem.ProblemCode;
import dev.tidegate.problem.Result;
import dev.tidegate.problem.Violation;
import dev.tidegate.sql.Bind;
import dev.tidegate.sql.SqlQuery;
import dev.tidegate.xpath.Situation;
import dev.tidegate.xpath.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The values of one request for the binds of its plan; only there when every parameter has one of the right type. */
final class BoundValues {
    private final Map<String, ParameterValue> parameters;
    private final Situation situation;
    private final Map<Bind, Object> window;

    private BoundValues(Map<String, ParameterValue> parameters, Situation situation, Map<Bind, Object> window) {
        this.parameters = parameters;
        this.situation = situation;
        this.window = Map.copyOf(window);
    }

    static BoundValues ofObject(Map<String, ParameterValue> id, Situation situation) {
        return new BoundValues(id, situation, Map.of());
    }

    /** The same request seen through another window: what of a result is wanted. */
    BoundValues in(Map<Bind, Object> other) {
        return new BoundValues(parameters, situation, other);
    }

    /** The values of a request whose constraint names these parameters and compares them so; no window yet. */
    static Result<BoundValues> of(
            Set<String> names, List<Comparison> comparisons, Map<String, ParameterValue> given, Situation situation) {
        List<Violation> violations = violations(names, comparisons, given);
        return violations.isEmpty()
                ? Result.ok(new BoundValues(given, situation, Map.of()))
                : Result.refused(violations);
    }

    /** What is wrong with the values given to a constraint that names these parameters and compares them so. */
    static List<Violation> violations(
            Set<String> names, List<Comparison> comparisons, Map<String, ParameterValue> given) {
        List<Violation> violations = new ArrayList<>();
        given.forEach((name, value) -> {
            if (!names.contains(name)) {
                violations.add(value.violation(
                        name,
                        ProblemCode.MALFORMED_REQUEST,
                        "Parameter $" + name + " does not occur in the constraint. Leave it out."));
            }
        });
        comparisons.forEach(comparison -> comparison.check(given).ifPresent(violations::add));
        Set<String> others = new TreeSet<>(names);
        comparisons.forEach(comparison -> others.remove(comparison.name()));
        for (String name : others) {
            ParameterValue value = given.get(name);
            if (value == null) {
                violations.add(Comparison.unbound(name, 0));
            } else if (!value.isScalar()) {
                violations.add(value.violation(
                        name,
                        ProblemCode.TYPE_MISMATCH,
                        "Parameter $" + name + " has to be a single value. Lists are not allowed."));
            }
        }
        return violations;
    }

    @Nullable
    Object[] forQuery(SqlQuery query) {
        List<Bind> binds = query.binds();
        @Nullable Object[] values = new @Nullable Object[binds.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = value(binds.get(i));
        }
        return values;
    }

    private Object value(Bind bind) {
        return switch (bind) {
            case Bind.OfConstraint constraint -> constraint.value(situation, this::parameter);
            case Bind.OfWindow _ -> windowed(bind);
        };
    }

    private Object windowed(Bind bind) {
        Object value = window.get(bind);
        if (value == null) {
            throw new IllegalStateException("the window has no value for " + bind);
        }
        return value;
    }

    private Object parameter(Value.Parameter parameter) {
        ParameterValue given = parameters.get(parameter.name());
        if (given == null) {
            throw new IllegalStateException("a parameter without a value came through");
        }
        Value value = given.as(parameter.type())
                .orElseThrow(() -> new IllegalStateException("a parameter of another type came through"));
        return situation.value(value, this::parameter);
    }
}
