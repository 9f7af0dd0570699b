package dev.tidegate.policy;

import dev.tidegate.model.AggregateFunction;
import dev.tidegate.model.AttributeType;
import dev.tidegate.model.DeclaredAttribute;
import dev.tidegate.model.Model;
import dev.tidegate.model.ValueType;
import dev.tidegate.problem.ProblemCode;
import dev.tidegate.problem.Result;
import dev.tidegate.problem.Violation;
import dev.tidegate.xpath.Member;
import dev.tidegate.xpath.Suggestion;
import java.util.Optional;

/** An aggregate whose names and types fit the model; rules have not been asked. */
record BoundAggregate(
        BoundQuery query, AggregateFunction function, Optional<Member.OfAttribute> attribute, ValueType type) {

    static Result<BoundAggregate> bind(Model model, BoundQuery query, AggregateText text) {
        AggregateFunction function = text.function();
        if (text.attribute().isEmpty()) {
            return function == AggregateFunction.COUNT
                    ? Result.ok(new BoundAggregate(query, function, Optional.empty(), ValueType.INT64))
                    : refused(
                            ProblemCode.MALFORMED_REQUEST,
                            "'" + function.key() + "' needs an attribute; only 'count' does without.");
        }
        String name = text.attribute().get();
        Optional<DeclaredAttribute> declared = model.attribute(query.entity(), name);
        if (declared.isEmpty()) {
            return refused(
                    ProblemCode.UNKNOWN_MEMBER,
                    "Attribute '" + name + "' is not part of '" + query.entity() + "'."
                            + Suggestion.of(
                                    name,
                                    model.attributes(query.entity()).stream()
                                            .map(known -> known.attribute().name())));
        }
        Member.OfAttribute member = new Member.OfAttribute(query.entity(), declared.get(), 0);
        AttributeType type = member.attribute().type();
        // What can be used nowhere is told as that, by the rules.
        Optional<ValueType> result = member.attribute().isUsable() ? function.of(type) : Optional.of(ValueType.INT64);
        return result.map(of -> Result.ok(new BoundAggregate(query, function, Optional.of(member), of)))
                .orElseGet(() -> refused(
                        ProblemCode.TYPE_MISMATCH,
                        "There is no " + function.key() + " of '" + name + "', which is " + type.key() + "."));
    }

    private static Result<BoundAggregate> refused(ProblemCode code, String detail) {
        return Result.refused(Violation.in("attribute", 0, code, detail));
    }
}
