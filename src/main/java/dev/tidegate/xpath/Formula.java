package dev.tidegate.xpath;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalAdjusters;
import java.util.List;

/**
 * What a text of tokens computes: {@code [%BeginOfCurrentDay%] + 3 * [%DayLength%]}. The steps are taken from the moment one
 * after the other, in the order of the text. What lies before the year 0000 or after 9999 is the first or the last moment.
 */
public record Formula(Moment moment, List<Step> steps) {
    private static final Instant FIRST = Instant.parse("0000-01-01T00:00:00Z");
    private static final Instant LAST = Instant.parse("9999-12-31T23:59:59.999Z");

    public Formula {
        steps = List.copyOf(steps);
    }

    /** A moment that the clock gives; {@code utc}: by UTC's calendar, whatever the session's zone. */
    public record Moment(Edge edge, Unit unit, int shift, boolean utc) {}

    /** {@code END} is the next beginning less one millisecond. {@code NOW} has no unit that matters. */
    public enum Edge {
        NOW,
        BEGIN,
        END
    }

    /** Of the calendar; weeks begin on Monday. */
    public enum Unit {
        MINUTE(ChronoUnit.MINUTES),
        HOUR(ChronoUnit.HOURS),
        DAY(ChronoUnit.DAYS),
        WEEK(ChronoUnit.WEEKS),
        MONTH(ChronoUnit.MONTHS),
        YEAR(ChronoUnit.YEARS);

        private final ChronoUnit unit;

        Unit(ChronoUnit unit) {
            this.unit = unit;
        }
    }

    /** So many times a length, ahead or (negative) back. Months and years are whole, and the calendar's. */
    public record Step(BigDecimal times, Length length) {}

    /** Lengths in milliseconds; those of {@code MONTH} and {@code YEAR} depend on where they begin. */
    public enum Length {
        SECOND(1_000),
        MINUTE(60_000),
        HOUR(3_600_000),
        DAY(86_400_000),
        WEEK(604_800_000),
        MONTH(0),
        YEAR(0);

        private final long millis;

        Length(long millis) {
            this.millis = millis;
        }

        public boolean isOfCalendar() {
            return millis == 0;
        }

        /** Only of a length that is the same everywhere. */
        public BigDecimal millis() {
            if (isOfCalendar()) {
                throw new IllegalStateException(this + " has no fixed length");
            }
            return new BigDecimal(millis);
        }
    }

    /** The moment that it is, for a request that is worked on at {@code now}. */
    public Instant at(Instant now, ZoneId session) {
        ZoneId zone = moment.utc() ? ZoneOffset.UTC : session;
        Instant at = edge(now.truncatedTo(ChronoUnit.MILLIS).atZone(zone));
        for (Step step : steps) {
            at = clamped(after(at, step, zone));
        }
        return at;
    }

    private Instant edge(ZonedDateTime now) {
        return switch (moment.edge()) {
            case NOW -> now.toInstant();
            case BEGIN -> begin(now, moment.shift()).toInstant();
            case END -> begin(now, moment.shift() + 1).toInstant().minusMillis(1);
        };
    }

    /** Minutes and hours are steps of time; days and longer are the calendar's, so that a day may have 23 or 25 hours. */
    private ZonedDateTime begin(ZonedDateTime now, int shift) {
        return switch (moment.unit()) {
            case MINUTE -> now.truncatedTo(ChronoUnit.MINUTES).plusMinutes(shift);
            case HOUR -> now.truncatedTo(ChronoUnit.HOURS).plusHours(shift);
            case DAY, WEEK, MONTH, YEAR ->
                firstDay(now).plus(shift, moment.unit().unit).toLocalDate().atStartOfDay(now.getZone());
        };
    }

    private ZonedDateTime firstDay(ZonedDateTime now) {
        return switch (moment.unit()) {
            case MINUTE, HOUR, DAY -> now;
            case WEEK -> now.with(TemporalAdjusters.previousOrSame(java.time.DayOfWeek.MONDAY));
            case MONTH -> now.withDayOfMonth(1);
            case YEAR -> now.withDayOfYear(1);
        };
    }

    private static Instant after(Instant at, Step step, ZoneId zone) {
        if (step.length().isOfCalendar()) {
            long many = Math.clamp(bounded(step.times()), -10_000L * 12, 10_000L * 12);
            return at.atZone(zone)
                    .plusMonths(step.length() == Length.MONTH ? many : many * 12)
                    .toInstant();
        }
        return at.plusMillis(bounded(step.times().multiply(step.length().millis())));
    }

    /** So far that it leaves the calendar from anywhere, and no number overflows. */
    private static long bounded(BigDecimal amount) {
        BigDecimal most = BigDecimal.valueOf(LAST.toEpochMilli() - FIRST.toEpochMilli());
        return amount.min(most)
                .max(most.negate())
                .setScale(0, RoundingMode.HALF_EVEN)
                .longValueExact();
    }

    private static Instant clamped(Instant at) {
        return at.isBefore(FIRST) ? FIRST : at.isAfter(LAST) ? LAST : at;
    }
}
