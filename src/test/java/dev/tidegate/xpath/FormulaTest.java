package dev.tidegate.xpath;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidegate.model.EntityName;
import dev.tidegate.policy.PolicyModel;
import dev.tidegate.problem.Result;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Moments that tokens compute, in a zone with summer time. */
final class FormulaTest {
    private static final ZoneId PARIS = ZoneId.of("Europe/Paris");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "2026-11-26T11:22:33.444Z | [%CurrentDateTime%] | 2026-11-26T11:22:33.444Z",
                "2026-11-26T11:22:33.444Z | [%BeginOfCurrentMinute%] | 2026-11-26T11:22:00Z",
                "2026-11-26T11:22:33.444Z | [%EndOfCurrentHour%] | 2026-11-26T11:59:59.999Z",
                "2026-11-26T23:22:33.444Z | [%BeginOfCurrentDay%] | 2026-11-26T23:00:00Z",
                "2026-11-26T23:22:33.444Z | [%BeginOfCurrentDayUTC%] | 2026-11-26T00:00:00Z",
                "2026-11-26T11:22:33.444Z | [%BeginOfYesterday%] | 2026-11-24T23:00:00Z",
                "2026-11-26T11:22:33.444Z | [%EndOfYesterday%] | 2026-11-25T22:59:59.999Z",
                "2026-11-26T11:22:33.444Z | [%EndOfTomorrowUTC%] | 2026-11-27T23:59:59.999Z",
                "2026-11-26T11:22:33.444Z | [%BeginOfCurrentWeek%] | 2026-11-22T23:00:00Z",
                "2026-11-29T22:59:59.999Z | [%EndOfCurrentWeek%] | 2026-11-29T22:59:59.999Z",
                "2026-11-26T11:22:33.444Z | [%EndOfCurrentMonth%] | 2026-11-30T22:59:59.999Z",
                "2024-02-10T11:22:33.444Z | [%EndOfCurrentMonthUTC%] | 2024-02-29T23:59:59.999Z",
                "2026-11-26T11:22:33.444Z | [%BeginOfCurrentYear%] | 2025-12-31T23:00:00Z",
                // the day of 25 hours, and the one of 23
                "2026-10-25T12:00:00Z | [%BeginOfCurrentDay%] | 2026-10-24T22:00:00Z",
                "2026-10-25T12:00:00Z | [%EndOfCurrentDay%] | 2026-10-25T22:59:59.999Z",
                "2026-03-29T12:00:00Z | [%BeginOfTomorrow%] | 2026-03-29T22:00:00Z",
                // a length of 24 hours is no day of the calendar
                "2026-10-25T12:00:00Z | [%BeginOfCurrentDay%] + [%DayLength%] | 2026-10-25T22:00:00Z",
                "2026-11-26T11:22:33.444Z | [%CurrentDateTime%] - 3 * [%DayLength%] | 2026-11-23T11:22:33.444Z",
                "2026-11-26T11:22:33.444Z | [%CurrentDateTime%] + 0.5 * [%HourLength%] * 2 | 2026-11-26T12:22:33.444Z",
                // months and years are the calendar's, at the same time of the clock
                "2026-01-31T12:00:00Z | [%CurrentDateTime%] + [%MonthLength%] | 2026-02-28T12:00:00Z",
                "2026-01-31T12:00:00Z | [%CurrentDateTime%] + [%MonthLength%] + [%MonthLength%] | 2026-03-28T12:00:00Z",
                "2026-01-31T12:00:00Z | [%CurrentDateTime%] + 2 * [%MonthLength%] | 2026-03-31T11:00:00Z",
                "2024-02-29T12:00:00Z | [%CurrentDateTimeUTC%] - [%YearLength%] | 2023-02-28T12:00:00Z",
                // beyond the calendar lies its end
                "2026-11-26T11:22:33.444Z | [%CurrentDateTime%] + 9999 * [%YearLength%] | 9999-12-31T23:59:59.999Z",
                "2026-11-26T11:22:33.444Z | [%CurrentDateTime%] - 99999999999999999999 * [%WeekLength%] | 0000-01-01T00:00:00Z",
                "2026-11-26T11:22:33.444Z | [%CurrentDateTime%] - 99999999999999999999 * [%MonthLength%] | 0000-01-01T00:00:00Z",
            })
    void are_of_the_session_s_calendar(String now, String text, String expected) {
        assertThat(formula(text).at(Instant.parse(now), PARIS)).isEqualTo(Instant.parse(expected));
    }

    @Test
    void the_steps_are_taken_in_the_order_of_the_text() {
        Formula formula = formula("[%MonthLength%] + [%CurrentDateTime%] - [%DayLength%]");
        assertThat(formula.steps())
                .isEqualTo(List.of(
                        new Formula.Step(BigDecimal.ONE, Formula.Length.MONTH),
                        new Formula.Step(BigDecimal.ONE.negate(), Formula.Length.DAY)));
        assertThat(formula.at(Instant.parse("2026-01-31T12:00:00Z"), PARIS))
                .isEqualTo(Instant.parse("2026-02-27T12:00:00Z"));
    }

    private static Formula formula(String text) {
        Result<CheckedConstraint> bound = new ConstraintBinder(PolicyModel.model())
                .bind(
                        "constraint",
                        EntityName.parse("M.Live"),
                        ConstraintParserTest.parsed("[Due = '" + text + "']"),
                        Set.of());
        return bound.orRefuse().condition() instanceof Condition.Compare(var _, var _, Value.Clock(var formula))
                ? formula
                : new Formula(new Formula.Moment(Formula.Edge.NOW, Formula.Unit.DAY, 0, true), List.of());
    }
}
