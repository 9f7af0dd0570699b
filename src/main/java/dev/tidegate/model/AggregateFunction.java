package dev.tidegate.model;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What can be made of the values of one attribute in many objects. */
public enum AggregateFunction {
    COUNT,
    SUM,
    AVG,
    MIN,
    MAX;

    /** The function of that name. */
    public static Optional<AggregateFunction> named(String key) {
        return Arrays.stream(values())
                .filter(function -> function.key().equals(key))
                .findFirst();
    }

    public static List<String> keys() {
        return Arrays.stream(values()).map(AggregateFunction::key).toList();
    }

    /** As it is spelt in requests. */
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * The type of the result for attributes of that type; empty when the function makes no sense of them. The sum of whole
     * numbers is a decimal, as it may leave their range.
     */
    public Optional<ValueType> of(AttributeType type) {
        return switch (this) {
            case COUNT -> Optional.of(ValueType.INT64);
            case SUM, AVG -> isNumber(type) ? Optional.of(ValueType.DECIMAL) : Optional.empty();
            case MIN, MAX ->
                isNumber(type) || type == AttributeType.STRING || type == AttributeType.DATETIME
                        ? Optional.of(type.valueType())
                        : Optional.empty();
        };
    }

    private static boolean isNumber(AttributeType type) {
        return switch (type) {
            case INTEGER, LONG, DECIMAL, AUTONUMBER -> true;
            case STRING, BOOLEAN, DATETIME, ENUM, BINARY, HASHED_STRING -> false;
        };
    }
}
