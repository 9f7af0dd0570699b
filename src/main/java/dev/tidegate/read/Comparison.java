package dev.tidegate.read;

import dev.tidegate.model.AttributeType;
import dev.tidegate.problem.ProblemCode;
import dev.tidegate.problem.Violation;
import dev.tidegate.xpath.Condition;
import dev.tidegate.xpath.Member;
import dev.tidegate.xpath.Reach;
import dev.tidegate.xpath.Term;
import dev.tidegate.xpath.Value;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** One place where a constraint compares a parameter; {@code keys} are those of the enumeration that it is compared with. */
record Comparison(Value.Parameter parameter, Optional<List<String>> keys) {

    /** All of a condition, in its order. */
    static List<Comparison> of(Condition condition) {
        Set<Comparison> found = new LinkedHashSet<>();
        collect(condition, found);
        return new ArrayList<>(found);
    }

    String name() {
        return parameter.name();
    }

    /** What is wrong with the value that the request has for the parameter, or with having none. */
    Optional<Violation> check(Map<String, ParameterValue> given) {
        ParameterValue value = given.get(name());
        if (value == null) {
            return Optional.of(unbound(name(), parameter.position()));
        }
        Optional<Value> typed = value.as(parameter.type());
        if (typed.isEmpty()) {
            return Optional.of(mismatch(
                    value,
                    " is compared with a " + Wording.of(parameter.type()) + " (position " + parameter.position()
                            + " of the constraint), and its value is none. Lists are not allowed."));
        }
        return keys.filter(known -> !(typed.get() instanceof Value.Constant(var _, var key) && known.contains(key)))
                .map(known -> mismatch(
                        value,
                        " is compared with an enumeration (position " + parameter.position()
                                + " of the constraint), whose values are " + String.join(", ", known) + "."));
    }

    private Violation mismatch(ParameterValue value, String detail) {
        return value.violation(name(), ProblemCode.TYPE_MISMATCH, "Parameter $" + name() + detail);
    }

    static Violation unbound(String name, int position) {
        return Violation.in(
                "constraint",
                position,
                ProblemCode.MALFORMED_REQUEST,
                "The constraint names $" + name + ", which has no value. Bind it as $" + name
                        + "= in the query string, or under parameters in JSON.");
    }

    private static void collect(Condition condition, Set<Comparison> into) {
        switch (condition) {
            case Condition.All(var parts) -> parts.forEach(part -> collect(part, into));
            case Condition.Any(var parts) -> parts.forEach(part -> collect(part, into));
            case Condition.Not(var inner) -> collect(inner, into);
            case Condition.Exists exists -> collect(exists.where(), into);
            case Condition.Compare compare -> collect(compare.value(), keys(compare.term()), into);
            case Condition.TextMatch match -> collect(match.needle(), Optional.empty(), into);
            case Condition.CompareValues values -> {
                collect(values.left(), Optional.empty(), into);
                collect(values.right(), Optional.empty(), into);
            }
            case Condition.CompareMembers compare -> {
                collect(compare.left(), into);
                collect(compare.right(), into);
            }
            case Condition.IsEmpty _, Condition.IsNotEmpty _, Condition.OfOwnEntity _ -> {}
        }
    }

    private static void collect(Reach reach, Set<Comparison> into) {
        reach.legs().forEach(leg -> collect(leg.where(), into));
    }

    private static void collect(Value value, Optional<List<String>> keys, Set<Comparison> into) {
        if (value instanceof Value.Parameter parameter) {
            into.add(new Comparison(parameter, keys));
        }
    }

    private static Optional<List<String>> keys(Term term) {
        return term instanceof Member.OfAttribute of && of.attribute().type() == AttributeType.ENUM
                ? Optional.of(of.attribute().values())
                : Optional.empty();
    }
}
