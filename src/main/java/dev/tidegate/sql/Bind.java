package dev.tidegate.sql;

import dev.tidegate.model.ValueType;
import dev.tidegate.xpath.Value;

/** What stands at one {@code $n} of a statement; its value is found when the statement runs. */
public sealed interface Bind {

    ValueType type();

    /** A value of the constraint, taken as it is. */
    record Of(Value value) implements Bind {
        @Override
        public ValueType type() {
            return value.type();
        }
    }

    /** A needle, escaped and wrapped as a pattern of {@code ILIKE}. */
    record Pattern(Value needle, dev.tidegate.xpath.Condition.TextMatch.Kind kind) implements Bind {
        @Override
        public ValueType type() {
            return ValueType.TEXT;
        }
    }

    record Limit() implements Bind {
        @Override
        public ValueType type() {
            return ValueType.INT64;
        }
    }

    record Offset() implements Bind {
        @Override
        public ValueType type() {
            return ValueType.INT64;
        }
    }
}
