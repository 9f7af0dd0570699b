package dev.tidegate.sql;

import dev.tidegate.model.ValueType;
import dev.tidegate.xpath.Condition.TextMatch;
import dev.tidegate.xpath.Situation;
import dev.tidegate.xpath.TimeZones;
import dev.tidegate.xpath.Value;
import java.util.function.Function;

/** What stands at one {@code $n} of a statement; its value is found when the statement runs. */
public sealed interface Bind {

    ValueType type();

    /** The SQL type of the place. */
    default String sqlType() {
        return Quoting.type(type());
    }

    /** What a constraint brings with it. */
    sealed interface OfConstraint extends Bind {
        /** The value for one request, of the JDK class of the type; {@code parameters} gives those of parameters. */
        Object value(Situation situation, Function<Value.Parameter, Object> parameters);
    }

    /** A value of the constraint, taken as it is. */
    record Of(Value value) implements OfConstraint {
        @Override
        public ValueType type() {
            return value.type();
        }

        @Override
        public Object value(Situation situation, Function<Value.Parameter, Object> parameters) {
            return situation.value(value, parameters);
        }
    }

    /** A needle, escaped and wrapped as a pattern of {@code ILIKE}. */
    record Pattern(Value needle, TextMatch.Kind kind) implements OfConstraint {
        @Override
        public ValueType type() {
            return ValueType.TEXT;
        }

        @Override
        public Object value(Situation situation, Function<Value.Parameter, Object> parameters) {
            String literal = situation
                    .value(needle, parameters)
                    .toString()
                    .replace("\\", "\\\\")
                    .replace("%", "\\%")
                    .replace("_", "\\_");
            return switch (kind) {
                case CONTAINS -> "%" + literal + "%";
                case STARTS_WITH -> literal + "%";
                case ENDS_WITH -> "%" + literal;
            };
        }
    }

    /** The name of the session's time zone. */
    record SessionZone() implements OfConstraint {
        @Override
        public ValueType type() {
            return ValueType.TEXT;
        }

        @Override
        public Object value(Situation situation, Function<Value.Parameter, Object> parameters) {
            return TimeZones.nameOf(situation.zone());
        }
    }

    /** What tells how much of a result is wanted, and from where. */
    sealed interface OfWindow extends Bind {}

    record Limit() implements OfWindow {
        @Override
        public ValueType type() {
            return ValueType.INT64;
        }
    }

    record Offset() implements OfWindow {
        @Override
        public ValueType type() {
            return ValueType.INT64;
        }
    }

    /** The most rows in all, whatever else limits them. */
    record Most() implements OfWindow {
        @Override
        public ValueType type() {
            return ValueType.INT64;
        }
    }

    /** The text of a sort key of the last object of the page before; there only where that was not empty. */
    record LastKey(int key) implements OfWindow {
        @Override
        public ValueType type() {
            return ValueType.TEXT;
        }
    }

    /** The text of the id of the last object of the page before. */
    record LastId() implements OfWindow {
        @Override
        public ValueType type() {
            return ValueType.TEXT;
        }
    }

    /** An array of ids, of their JDK class. */
    record Ids(ValueType type) implements OfWindow {
        @Override
        public String sqlType() {
            return Quoting.type(type) + "[]";
        }
    }

    /** Up to when somebody has seen the changes of a store: the snapshot of a cursor, or of the receipt that was given last. */
    enum Seen {
        CURSOR,
        RECEIPT
    }

    /** The text of the transaction id from which on nothing was seen. */
    record Unseen(Seen by) implements OfWindow {
        @Override
        public ValueType type() {
            return ValueType.TEXT;
        }
    }

    /** The texts of the transaction ids before that which were not seen either, as they were under way. */
    record UnseenAmong(Seen by) implements OfWindow {
        @Override
        public ValueType type() {
            return ValueType.TEXT;
        }

        @Override
        public String sqlType() {
            return "text[]";
        }
    }

    /** The lane of the client that asks. */
    record Lane() implements OfWindow {
        @Override
        public ValueType type() {
            return ValueType.UUID;
        }
    }

    /** The position up to which a receipt has told the client what became of its batches. */
    record Told() implements OfWindow {
        @Override
        public ValueType type() {
            return ValueType.INT64;
        }
    }

    /** The value that stood here when the cursor was issued. */
    record Then(OfConstraint of) implements OfWindow {
        @Override
        public ValueType type() {
            return of.type();
        }

        @Override
        public String sqlType() {
            return of.sqlType();
        }
    }
}
