package dev.tidegate.xpath;

import dev.tidegate.model.ValueType;

/** The other side of a comparison. Everything but the kind of value is bound when the statement runs. */
public sealed interface Value {

    ValueType type();

    /** A literal, already of its type (see {@link ValueType} for the JDK class). */
    record Constant(ValueType type, Object value) implements Value {}

    /** {@code $name}, bound by the request; never null here (a null parameter was checked as {@code empty}). */
    record Parameter(String name, ValueType type, int position) implements Value {}

    /** {@code [%CurrentUser%]}: the id of the caller's object of the model's user entity. */
    record CurrentUser(ValueType type) implements Value {}

    /** {@code [%CurrentUserName%]}: the caller's principal name. */
    record CurrentUserName() implements Value {
        @Override
        public ValueType type() {
            return ValueType.TEXT;
        }
    }

    /** {@code [%CurrentDateTime%]}: the instant at which the request (or the batch) is worked on. */
    record CurrentDateTime() implements Value {
        @Override
        public ValueType type() {
            return ValueType.DATETIME;
        }
    }
}
