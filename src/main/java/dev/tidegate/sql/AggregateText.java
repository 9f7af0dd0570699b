package dev.tidegate.sql;

import dev.tidegate.model.AggregateFunction;
import dev.tidegate.model.DeclaredAttribute;
import dev.tidegate.model.ValueType;

/** Writes the function of an aggregate. What reads as empty (not a number, infinity) counts as empty. */
final class AggregateText {
    private final Scope scope;

    AggregateText(Scope scope) {
        this.scope = scope;
    }

    String of(Aggregate aggregate) {
        return aggregate
                .attribute()
                .map(attribute -> of(aggregate.function(), attribute))
                .orElse("count(*)");
    }

    private String of(AggregateFunction function, DeclaredAttribute declared) {
        ValueType type = declared.attribute().type().valueType();
        String value = ConditionWriter.ordered(
                present(scope.column(declared.declaredIn(), declared.attribute().column()), type), type);
        return function.key() + "(" + value + ")"
                + function.of(declared.attribute().type())
                        .map(result -> "::" + Quoting.type(result))
                        .orElseThrow(() -> new IllegalArgumentException("there is no " + function + " of " + type));
    }

    private static String present(String column, ValueType type) {
        return switch (type) {
            case BOOLEAN -> ConditionWriter.present(column);
            case DECIMAL -> ConditionWriter.finite(column);
            case DATETIME -> "CASE WHEN isfinite(" + column + ") THEN " + column + " END";
            case TEXT, INT32, INT64, BINARY, UUID -> column;
        };
    }
}
