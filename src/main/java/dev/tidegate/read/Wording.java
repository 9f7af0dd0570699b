package dev.tidegate.read;

import dev.tidegate.model.ValueType;

/** What a type of values is called to a person who has to write one. */
final class Wording {
    private Wording() {}

    static String of(ValueType type) {
        return switch (type) {
            case TEXT -> "text";
            case INT32 -> "whole number of 32 bits";
            case INT64 -> "whole number of 64 bits (a string in JSON)";
            case DECIMAL -> "decimal number (a string in JSON)";
            case BOOLEAN -> "boolean (true or false)";
            case DATETIME -> "date and time (RFC 3339 with an offset)";
            case BINARY -> "binary value (base64)";
            case UUID -> "UUID";
        };
    }
}
