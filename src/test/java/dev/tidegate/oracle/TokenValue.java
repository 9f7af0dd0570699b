package dev.tidegate.oracle;

import dev.tidegate.xpath.Formula;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;

/** What tokens compute, by local dates and durations. What leaves the years 0 to 9999 is their end. */
final class TokenValue {
    private static final Instant FIRST = Instant.parse("0000-01-01T00:00:00Z");
    private static final Instant LAST = Instant.parse("9999-12-31T23:59:59.999Z");

    private TokenValue() {}

    static Instant of(Formula formula, Instant now, ZoneId session) {
        Formula.Moment moment = formula.moment();
        ZoneId zone = moment.utc() ? ZoneOffset.UTC : session;
        Instant at = switch (moment.edge()) {
            case NOW -> now.truncatedTo(ChronoUnit.MILLIS);
            case BEGIN -> begin(now, zone, moment.unit(), moment.shift());
            case END -> begin(now, zone, moment.unit(), moment.shift() + 1).minusMillis(1);
        };
        for (Formula.Step step : formula.steps()) {
            Instant next = after(at, step, zone);
            at = next.isBefore(FIRST) ? FIRST : next.isAfter(LAST) ? LAST : next;
        }
        return at;
    }

    private static Instant begin(Instant now, ZoneId zone, Formula.Unit unit, int shift) {
        LocalDateTime local = LocalDateTime.ofInstant(now, zone);
        LocalDate today = local.toLocalDate();
        return switch (unit) {
            case MINUTE ->
                now.minus(Duration.between(local.truncatedTo(ChronoUnit.MINUTES), local))
                        .plus(Duration.ofMinutes(shift));
            case HOUR ->
                now.minus(Duration.between(local.truncatedTo(ChronoUnit.HOURS), local))
                        .plus(Duration.ofHours(shift));
            case DAY -> midnight(today.plusDays(shift), zone);
            case WEEK ->
                midnight(today.minusDays(today.getDayOfWeek().getValue() - 1L).plusWeeks(shift), zone);
            case MONTH ->
                midnight(LocalDate.of(today.getYear(), today.getMonth(), 1).plusMonths(shift), zone);
            case YEAR -> midnight(LocalDate.of(today.getYear() + shift, 1, 1), zone);
        };
    }

    private static Instant midnight(LocalDate day, ZoneId zone) {
        return day.atStartOfDay(zone).toInstant();
    }

    private static Instant after(Instant at, Formula.Step step, ZoneId zone) {
        BigDecimal seconds = switch (step.length()) {
            case SECOND -> BigDecimal.ONE;
            case MINUTE -> BigDecimal.valueOf(60);
            case HOUR -> BigDecimal.valueOf(3_600);
            case DAY -> BigDecimal.valueOf(86_400);
            case WEEK -> BigDecimal.valueOf(7 * 86_400);
            case MONTH, YEAR -> BigDecimal.ZERO;
        };
        return switch (step.length()) {
            case MONTH ->
                at.atZone(zone).plusMonths(step.times().longValueExact()).toInstant();
            case YEAR ->
                at.atZone(zone).plusYears(step.times().longValueExact()).toInstant();
            case SECOND, MINUTE, HOUR, DAY, WEEK ->
                at.plusMillis(step.times()
                        .multiply(seconds)
                        .movePointRight(3)
                        .setScale(0, RoundingMode.HALF_EVEN)
                        .longValueExact());
        };
    }
}
