package dev.tidegate.read;

import dev.tidegate.model.ValueType;
import dev.tidegate.problem.ProblemCode;
import dev.tidegate.problem.Violation;
import dev.tidegate.xpath.Coercion;
import dev.tidegate.xpath.Value;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a request binds to a {@code $name}, before the type of what it is compared with is known. */
public sealed interface ParameterValue {

    /** From a query string: the text form of whatever type is needed. */
    record OfText(String text) implements ParameterValue {}

    /** From a JSON body: a scalar, a list or an object as JDK values; null compares as {@code empty}. */
    record OfJson(@Nullable Object value) implements ParameterValue {}

    /** The value as this type, or empty when it is none. Moments are read as constraints read them. */
    default Optional<Value> as(ValueType type) {
        if (type == ValueType.DATETIME) {
            return moment();
        }
        Optional<Object> value = switch (this) {
            case OfText(var text) -> type.read(text);
            case OfJson(var json) -> type.readJson(json);
        };
        return value.map(of -> new Value.Constant(type, of));
    }

    private Optional<Value> moment() {
        return switch (this) {
            case OfText(var text) -> Coercion.moment(text).or(() -> epoch(text));
            case OfJson(String text) -> Coercion.moment(text);
            case OfJson(Number seconds) -> epoch(new BigDecimal(seconds.toString()).toPlainString());
            case OfJson _ -> Optional.empty();
        };
    }

    private static Optional<Value> epoch(String seconds) {
        return Coercion.fromNumber(ValueType.DATETIME, seconds)
                .map(instant -> new Value.Constant(ValueType.DATETIME, instant));
    }

    /** Neither a list nor an object. */
    default boolean isScalar() {
        return !(this instanceof OfJson(var value) && (value instanceof List || value instanceof Map));
    }

    /** A violation that points at this parameter where the request has it. */
    default Violation violation(String name, ProblemCode code, String detail) {
        return switch (this) {
            case OfText _ -> Violation.in("$" + name, 0, code, detail);
            case OfJson _ ->
                Violation.at("/parameters/" + name.replace("~", "~0").replace("/", "~1"), code, detail);
        };
    }
}
