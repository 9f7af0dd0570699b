package dev.tidegate.xpath;

import dev.tidegate.model.ValueType;
import java.time.LocalDateTime;

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

    /** A date and time that was written without an offset: it is one of the session's zone. */
    record LocalMoment(LocalDateTime local) implements Value {
        @Override
        public ValueType type() {
            return ValueType.DATETIME;
        }
    }

    /** A moment that tokens compute from the instant at which the request (or the batch) is worked on. */
    record Clock(Formula formula) implements Value {
        @Override
        public ValueType type() {
            return ValueType.DATETIME;
        }
    }
}
