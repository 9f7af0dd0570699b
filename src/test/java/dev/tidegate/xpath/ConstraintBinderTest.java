package dev.tidegate.xpath;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidegate.model.Direction;
import dev.tidegate.model.EntityName;
import dev.tidegate.policy.PolicyModel;
import dev.tidegate.problem.Result;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConstraintBinderTest {
    private static final EntityName LIVE = EntityName.parse("M.Live");
    private static final String ID = "7b0a1c52-0000-4000-8000-000000000001";

    private final ConstraintBinder binder = new ConstraintBinder(PolicyModel.model());

    @Nested
    class A_constraint_becomes_a_condition {
        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                quoteCharacter = '`',
                value = {
                    "[Name = 'x']                   | Name = TEXT x",
                    "['x' = Name]                   | Name = TEXT x",
                    "[5 < Count]                    | Count > INT32 5",
                    "[Count = '5']                  | Count = INT32 5",
                    "[Count = 5.0]                  | Count = INT32 5",
                    "[Price = 1.50]                 | Price = DECIMAL 1.50",
                    "[Flag]                         | Flag = BOOLEAN true",
                    "[not(Flag)]                    | not(Flag = BOOLEAN true)",
                    "[Flag = 'false']               | Flag = BOOLEAN false",
                    "[Due > 1.5]                    | Due > DATETIME 1970-01-01T00:00:01.500Z",
                    "[Due = '2026-11-20']           | Due = local 2026-11-20T00:00",
                    "[Due = '2026-11-20T08:15']     | Due = local 2026-11-20T08:15",
                    "[Due = '2026-11-20T08:15:00.1234+01:00'] | Due = DATETIME 2026-11-20T07:15:00.123Z",
                    "[State != 'Open']              | State != TEXT Open",
                    "[Number = 7]                   | Number = INT64 7",
                    "[Name = empty]                 | empty(Name)",
                    "[Name != NULL]                 | filled(Name)",
                    "[Name = $n]                    | empty(Name)",
                    "[Name != $n]                   | filled(Name)",
                    "[Count < $n]                   | (filled(Count) and never)",
                    "[Count < $p]                   | Count < INT32 $p",
                    "[contains(Name, $p)]           | contains(Name, TEXT $p)",
                    "[contains(Name, $n)]           | (filled(Name) and never)",
                    "[id = '" + ID + "']            | id = UUID " + ID,
                    "[id = $n]                      | never",
                    "[id != empty]                  | always",
                    "[Name = '[%CurrentUserName%]'] | Name = user name",
                    "[Due < '[%CurrentDateTime%]']  | Due < NOW MINUTE 0",
                    "[Due < '[%EndOfYesterdayUTC%]'] | Due < END DAY -1 UTC",
                    "[Due > '2 * [%DayLength%] + [%BeginOfCurrentWeek%] - [%MonthLength%]'] | Due > BEGIN WEEK 0 2xDAY -1xMONTH",
                    "[Count > '[%MinuteLength%] - 0.5 * [%SecondLength%]'] | Count > INT32 59500",
                    "[Name = '[%UserRole_Guest%]']  | Name = TEXT Guest",
                    "['[%CurrentDateTime%]' > Due]  | Due < NOW MINUTE 0",
                    "[Name = Hidden]                | Name = Hidden",
                    "[length(Name) > 3]             | length(Name) > INT32 3",
                    "[3 >= string-length(M.Live_Live2/Name)] | M.Live_Live2>M.Live2((always and length(Name) <= INT32 3))",
                    "[length(Name) = empty]         | empty(Name)",
                    "[length(Name) = length(Hidden)] | length(Name) = length(Hidden)",
                    "[length(Name) < Price]         | length(Name) < Price",
                    "[day-of-year-from-dateTime(Due) = 60] | DAY_OF_YEAR(Due) = INT32 60",
                    "[hours-from-dateTime(Due, 'Europe/Paris') < hours-from-dateTime(Due, 'UTC')] | HOURS(Due, Europe/Paris) < HOURS(Due, Z)",
                    "[M.Live_Live2/M.Live2/Name = Name] | M.Live_Live2>M.Live2/Name = Name",
                    "[Count < M.Live_Self/M.Live[Flag]/M.Live_Self[reversed()]/Count] | Count < M.Live_Self>M.Live[Flag = BOOLEAN true]/M.Live_Self<M.Live/Count",
                    "[M.Live_Self = M.Live_Self[reversed()]/M.Live] | M.Live_Self>M.Live/id = M.Live_Self<M.Live/id",
                    "[M.Live_Self/M.Live = id]      | M.Live_Self>M.Live/id = id",
                    "[Count < Price]                | Count < Price",
                    "['a' = 'b']                    | TEXT a = TEXT b",
                    "[$p = 5]                       | DECIMAL $p = DECIMAL 5",
                    "[$n = empty]                   | always",
                    "['x' = empty]                  | never",
                    "[M.Live_Live2]                 | M.Live_Live2>M.Live2(always)",
                    "[M.Live_Live2/Name = 'x']      | M.Live_Live2>M.Live2((always and Name = TEXT x))",
                    "[M.Live_Live2/M.Live2 = '" + ID + "'] | M.Live_Live2>M.Live2((always and id = UUID " + ID + "))",
                    "[M.Live_Person = '[%CurrentUser%]'] | M.Live_Person>M.Person((always and id = user))",
                    "[M.Local_Live/M.Local/Rank = 1] | M.Local_Live<M.Local((always and Rank = INT64 1))",
                    "[M.Live_Self/M.Live/Flag]      | M.Live_Self>M.Live((always and Flag = BOOLEAN true))",
                    "[M.Live_Self[reversed()]/M.Live/Flag] | M.Live_Self<M.Live((always and Flag = BOOLEAN true))",
                    "[M.Live_Self/M.Live[Flag][Count = 1]/Name = 'x'] | M.Live_Self>M.Live(((Flag = BOOLEAN true and Count = INT32 1) and Name = TEXT x))",
                })
        void of_the_model(String text, String expected) {
            assertThat(bound(text)).isEqualTo(simplified(expected));
        }

        private String simplified(String expected) {
            return expected.replace("(always and ", "(").replace("((", "(").replace("))", ")");
        }

        private String bound(String text) {
            return switch (bind(LIVE, text)) {
                case Result.Ok<CheckedConstraint>(var checked) -> simplified(print(checked.condition()));
                case Result.Refused<CheckedConstraint>(var violations) -> violations.toString();
            };
        }
    }

    @Nested
    class What_does_not_fit_is_said_with_its_place {
        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                quoteCharacter = '`',
                value = {
                    "[Nmae = 'x']            | 1: Attribute 'Nmae' is not part of 'M.Live'. Did you mean 'Name'?",
                    "[Name = null]           | 8: Attribute 'null' is not part of 'M.Live'. Did you mean empty?",
                    "[Live_Live2 = 'x']      | 1: Attribute 'Live_Live2' is not part of 'M.Live'. Did you mean 'M.Live_Live2'?",
                    "[Toys = 1]              | 1: Attribute 'Toys' is of 'M.LiveKid', a specialization of 'M.Live': members of a specialization cannot be reached from the generalization. Query 'M.LiveKid' instead.",
                    "[M.Live_Liv2]           | 1: Association 'M.Live_Liv2' is not part of 'M.Live'. Did you mean 'M.Live_Live2'?",
                    "[M.Live2/Name = 'x']    | 1: 'M.Live2' is an entity; the path needs an association of 'M.Live' here.",
                    "[M.Mixed_Local]         | 1: Association 'M.Mixed_Local' is not part of 'M.Live': it is between 'M.Mixed' and 'M.Local'.",
                    "[M.Live_Live2/M.Live]   | 14: 'M.Live_Live2' does not lead to 'M.Live'. Write 'M.Live2'.",
                    "[M.Live_Live2/M.Liv]    | 14: 'M.Liv' is neither an entity nor an association; 'M.Live_Live2' leads to 'M.Live2'.",
                    "[M.Live_Local/M.LocalKid] | 14: 'M.Live_Local' leads to 'M.Local', which cannot be narrowed to its specialization 'M.LocalKid'. Write 'M.Local'.",
                    "[M.Live_Live2[reversed()]] | 1: '[reversed()]' is only for an association of an entity with itself; 'M.Live_Live2' is walked from either end by its name.",
                    "[M.Live_Live2 = empty]  | 16: A path is not compared with empty. Write not(M.Live_Live2) for objects without, M.Live_Live2 for objects with one.",
                    "[M.Live_Live2 = $n]     | 16: A path is not compared with empty. Write not(M.Live_Live2) for objects without, M.Live_Live2 for objects with one.",
                    "[M.Live_Live2 < 'x']    | 14: Ids are compared with '=' and '!=' only.",
                    "[Count = 'x']           | 9: 'Count' is an integer; 'x' is not.",
                    "[Count = 1.5]           | 9: 'Count' is an integer; 1.5 is not.",
                    "[Count = 2147483648]    | 9: 'Count' is an integer; 2147483648 is not.",
                    "[Name = 5]              | 8: 'Name' is a string; 5 is not.",
                    "[Name]                  | 1: 'Name' is a string; only a boolean stands alone. Compare it with something.",
                    "[Flag < true]           | 6: 'Flag' is a boolean, which has no order; compare it with '=' or '!='.",
                    "[State = 'Opn']         | 9: 'Opn' is no value of 'State', which has Open, Closed. Did you mean 'Open'?",
                    "[State < 'Open']        | 7: 'State' is an enumeration, which has no order; compare it with '=' or '!='.",
                    "[contains(Count, 'x')]  | 10: 'Count' is an integer; only strings can be searched.",
                    "[contains(Name, empty)] | 16: A string is searched for a string, not for empty.",
                    "[id = 'x']              | 6: The id of 'M.Live' is a UUID; 'x' is not.",
                    "[id = '[%CurrentUser%]'] | 6: [%CurrentUser%] is the id of a 'M.Person'; The id of 'M.Live' is none. Compare it with an association to 'M.Person', or use [%CurrentUserName%].",
                    "[Name = '[%CurentUser%]'] | 9: There is no token [%CurentUser%]. Did you mean 'CurrentUser'?",
                    "[Name = Count]          | 6: 'Name' is a string and 'Count' is an integer; they cannot be compared.",
                    "[year-from-dateTime(Name) = 1] | 20: 'Name' is a string, which year-from-dateTime does not take.",
                    "[hours-from-dateTime(Due, 'Mars') = 1] | 1: 'Mars' is no time zone: write an IANA name ('Europe/Amsterdam') or 'UTC'.",
                    "[Nmae = 'x' and Count = 'y'] | 1: Attribute 'Nmae' is not part of 'M.Live'. Did you mean 'Name'? 24: 'Count' is an integer; 'y' is not.",
                    "[length(Count) > 3]     | 8: 'Count' is an integer, which length does not take.",
                    "[length(State) > 3]     | 8: 'State' is an enumeration, which length does not take.",
                    "[length(Name) = 'x']    | 16: A length is an integer; 'x' is not.",
                    "[length(Name) < Name]   | 14: 'Name' is an integer and 'Name' is a string; they cannot be compared.",
                    "[M.Live_Live2/Name < M.Live_Self/Flag] | 19: 'Name' is a string and 'Flag' is a boolean; they cannot be compared.",
                    "[M.Live_Self < M.Live_Self] | 13: Ids are compared with '=' and '!=' only.",
                    "[Due > '[%CurrentDateTime%] + 3'] | 30: Arithmetic with tokens adds lengths, each perhaps multiplied with a number: '[%CurrentDateTime%] - 3 * [%DayLength%]'.",
                    "[Due > '2 * [%CurrentDateTime%]'] | 8: Arithmetic with tokens adds lengths, each perhaps multiplied with a number: '[%CurrentDateTime%] - 3 * [%DayLength%]'.",
                    "[Due > '[%CurrentDateTime%] - [%BeginOfCurrentDay%]'] | 30: [%BeginOfCurrentDay%] is a moment; lengths are added to one moment, and moments neither to each other nor taken away.",
                    "[Due > '[%CurrentDateTime%] - 0.5 * [%YearLength%]'] | 30: Months and years of the calendar are counted whole.",
                    "[Count > '[%MonthLength%]'] | 10: A month or a year has no length of its own; add it to a moment.",
                    "[Count > '1000 * [%WeekLength%]'] | 9: 'Count' is an integer; these milliseconds are out of its range.",
                    "[Due > '[%DayLength%]'] | 7: 'Due' is a date and time (ISO 8601, or seconds since 1970); this token is a number.",
                    "[Name = '[%UserRole_Gust%]'] | 9: There is no token [%UserRole_Gust%]. Did you mean 'UserRole_Guest'?",
                })
        void and_what_would(String text, String expected) {
            assertThat(refused(text)).isEqualTo(expected);
        }

        @Test
        void of_65_steps_the_last_is_too_many() {
            String step = "M.Live_Self/M.Live/";
            assertThat(bind(LIVE, "[" + step.repeat(64) + "Flag]")).isInstanceOf(Result.Ok.class);
            assertThat(refused("[" + step.repeat(65) + "Flag]"))
                    .isEqualTo((1 + 64 * step.length()) + ": More than 64 path steps in one constraint.");
        }

        private String refused(String text) {
            return switch (bind(LIVE, text)) {
                case Result.Ok<CheckedConstraint> ok -> ok.toString();
                case Result.Refused<CheckedConstraint>(var violations) ->
                    violations.stream().map(ConstraintParserTest::line).collect(Collectors.joining(" "));
            };
        }
    }

    @Test
    void parameters_are_those_that_are_named_null_or_not() {
        Result<CheckedConstraint> bound = bind(LIVE, "[Name = $n or Count = $p]");
        assertThat(bound).isInstanceOfSatisfying(Result.Ok.class, ok -> {});
        assertThat(bound.orRefuse().parameters()).containsExactlyInAnyOrder("n", "p");
    }

    private Result<CheckedConstraint> bind(EntityName entity, String text) {
        return binder.bind("constraint", entity, ConstraintParserTest.parsed(text), Set.of("n"));
    }

    private static String print(Condition condition) {
        if (condition.isAlways()) {
            return "always";
        }
        if (condition.isNever()) {
            return "never";
        }
        return switch (condition) {
            case Condition.All(var parts) ->
                parts.stream().map(ConstraintBinderTest::print).collect(Collectors.joining(" and ", "(", ")"));
            case Condition.Any(var parts) ->
                parts.stream().map(ConstraintBinderTest::print).collect(Collectors.joining(" or ", "(", ")"));
            case Condition.Not(var inner) -> "not(" + print(inner) + ")";
            case Condition.Compare compare ->
                name(compare.term()) + " " + compare.comparator().symbol() + " " + print(compare.value());
            case Condition.CompareMembers compare ->
                print(compare.left()) + " " + compare.comparator().symbol() + " " + print(compare.right());
            case Condition.CompareValues compare ->
                print(compare.left()) + " " + compare.comparator().symbol() + " " + print(compare.right());
            case Condition.IsEmpty(var member) -> "empty(" + name(member) + ")";
            case Condition.IsNotEmpty(var member) -> "filled(" + name(member) + ")";
            case Condition.TextMatch match -> "contains(" + name(match.member()) + ", " + print(match.needle()) + ")";
            case Condition.Exists(var hop, var where) -> print(hop) + "(" + print(where) + ")";
            case Condition.OfOwnEntity(var own) -> "own " + own;
        };
    }

    private static String print(Hop hop) {
        return hop.association().name() + (hop.direction() == Direction.FORWARD ? ">" : "<") + hop.to();
    }

    private static String print(Reach reach) {
        return reach.legs().stream()
                        .map(leg ->
                                print(leg.hop()) + (leg.where().isAlways() ? "" : "[" + print(leg.where()) + "]") + "/")
                        .collect(Collectors.joining())
                + name(reach.end());
    }

    private static String name(Term term) {
        return switch (term) {
            case Member.Id _ -> "id";
            case Member.OfAttribute of -> of.attribute().name();
            case Term.Length(var member, var _) -> "length(" + name(member) + ")";
            case Term.DatePart part ->
                part.part() + "(" + name(part.member())
                        + part.zone().map(zone -> ", " + zone).orElse("") + ")";
        };
    }

    private static String print(Value value) {
        return switch (value) {
            case Value.Constant constant -> constant.type() + " " + constant.value();
            case Value.Parameter parameter -> parameter.type() + " $" + parameter.name();
            case Value.CurrentUser _ -> "user";
            case Value.CurrentUserName _ -> "user name";
            case Value.LocalMoment(var local) -> "local " + local;
            case Value.Clock(Formula(var moment, var steps)) ->
                moment.edge() + " " + moment.unit() + " " + moment.shift() + (moment.utc() ? " UTC" : "")
                        + steps.stream()
                                .map(step -> " " + step.times() + "x" + step.length())
                                .collect(Collectors.joining());
        };
    }
}
