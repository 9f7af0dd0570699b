package dev.tidegate.xpath;

import dev.tidegate.model.ValueType;
import java.time.ZoneId;
import java.util.Optional;

/** What a comparison says of one object: a member, or a whole number made of one. It is empty where the member is. */
public sealed interface Term permits Member, Term.Length, Term.DatePart {

    /** The member that it is made of; of a member itself. */
    Member member();

    ValueType type();

    int position();

    /** How many characters (Unicode code points) a string has. */
    record Length(Member member, int position) implements Term {
        @Override
        public ValueType type() {
            return ValueType.INT32;
        }
    }

    /** A part of a moment as a clock and calendar in {@code zone} show it; without one, those of the session's zone. */
    record DatePart(Part part, Member member, Optional<ZoneId> zone, int position) implements Term {

        /** Of the ISO calendar. {@code SECONDS} are whole ones, {@code WEEKDAY} is 1 on Sundays. */
        public enum Part {
            YEAR,
            MONTH,
            DAY,
            HOURS,
            MINUTES,
            SECONDS,
            QUARTER,
            DAY_OF_YEAR,
            WEEK,
            WEEKDAY
        }

        @Override
        public ValueType type() {
            return ValueType.INT32;
        }
    }
}
