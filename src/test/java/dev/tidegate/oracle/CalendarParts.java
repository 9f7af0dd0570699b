package dev.tidegate.oracle;

import dev.tidegate.xpath.Term;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoField;
import java.time.temporal.IsoFields;

/** What a clock and a calendar on the wall show. */
final class CalendarParts {
    private CalendarParts() {}

    static int of(Instant instant, ZoneId zone, Term.DatePart.Part part) {
        ZonedDateTime local = instant.atZone(zone);
        return switch (part) {
            case YEAR -> local.getYear();
            case MONTH -> local.getMonthValue();
            case DAY -> local.getDayOfMonth();
            case HOURS -> local.getHour();
            case MINUTES -> local.getMinute();
            case SECONDS -> local.getSecond();
            case QUARTER -> local.get(IsoFields.QUARTER_OF_YEAR);
            case DAY_OF_YEAR -> local.get(ChronoField.DAY_OF_YEAR);
            case WEEK -> local.get(IsoFields.WEEK_OF_WEEK_BASED_YEAR);
            case WEEKDAY -> local.getDayOfWeek().getValue() % 7 + 1;
        };
    }
}
