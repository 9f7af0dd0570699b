package dev.tidegate.model;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * An attribute as one entity declares it. {@code length} is in UTF-16 code units and only for strings; {@code values} are
 * the keys of an enumeration in the model's order; {@code defaultValue} is a value of {@link AttributeType#valueType()}.
 */
public record Attribute(
        String name,
        AttributeType type,
        String column,
        OptionalInt length,
        boolean required,
        List<String> values,
        Optional<Object> defaultValue) {

    public Attribute {
        values = List.copyOf(values);
    }

    /** Whether a client may read it at all: a hashed string is never sent. */
    public boolean isSent() {
        return type != AttributeType.HASHED_STRING;
    }

    /** Whether constraints and sorts may name it ({@code rules} 7). */
    public boolean isUsable() {
        return type != AttributeType.HASHED_STRING && type != AttributeType.BINARY;
    }

    /** Whether a client may ever write it: an autonumber is the store's. */
    public boolean isWritable() {
        return type != AttributeType.AUTONUMBER;
    }
}
