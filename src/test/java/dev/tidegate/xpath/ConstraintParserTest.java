package dev.tidegate.xpath;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidegate.problem.Place;
import dev.tidegate.problem.Result;
import dev.tidegate.problem.Violation;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConstraintParserTest {

    @Nested
    class Text_becomes_a_tree {
        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                quoteCharacter = '`',
                value = {
                    "[a = 'x']                              | [a = 'x']",
                    "[ a='x' ]                              | [a = 'x']",
                    "[a = \"it's\"]                         | [a = 'it''s']",
                    "[a = 'it''s']                          | [a = 'it''s']",
                    "[a = \"say \"\"hi\"\"\"]               | [a = 'say \"hi\"']",
                    "[a != 1][b < -1.50]                    | [a != 1][b < -1.50]",
                    "[a <= 1 and b > 2 or c >= 3]           | [a <= 1 and b > 2 or c >= 3]",
                    "[(a = 1 or b = 2) and c = 3]           | [(a = 1 or b = 2) and c = 3]",
                    "[((a = 1))]                            | [a = 1]",
                    "[(a = 1 and b = 2) and c = 3]          | [(a = 1 and b = 2) and c = 3]",
                    "[not(a)]                               | [not(a)]",
                    "[not (a = 1 or b)]                     | [not(a = 1 or b)]",
                    "[a = true() or a = true]               | [a = true() or a = true()]",
                    "[a = false( ) or a = false]            | [a = false() or a = false()]",
                    "[a = empty or b != NULL]               | [a = empty or b != empty]",
                    "[a = $p]                               | [a = $p]",
                    "[1 < a]                                | [1 < a]",
                    "[id = 'x']                             | [id = 'x']",
                    "[contains(a, 'x')]                     | [contains(a, 'x')]",
                    "[starts-with( M.A/M.E/a , $p )]        | [starts-with(M.A/M.E/a, $p)]",
                    "[ends-with(a,'')]                      | [ends-with(a, '')]",
                    "[M.A]                                  | [M.A]",
                    "[M.A/M.E]                              | [M.A/M.E]",
                    "[M.A/M.E/a = 1]                        | [M.A/M.E/a = 1]",
                    "[M.A/a]                                | [M.A/a]",
                    "[M.A/M.E[x=1][y=2]/M.B/M.F/z = 3]      | [M.A/M.E[x = 1][y = 2]/M.B/M.F/z = 3]",
                    "[M.A [ reversed( ) ] / M.E/a = 1]      | [M.A[reversed()]/M.E/a = 1]",
                    "[length(a) > 3 or string-length(a)=4]  | [length(a) > 3 or length(a) = 4]",
                    "[length = 3 and contains = 4]          | [length = 3 and contains = 4]",
                    "[day-of-year-from-dateTime(d) = 3]     | [day-of-year-from-dateTime(d) = 3]",
                    "[hours-from-dateTime(d, 'UTC') = 3]    | [hours-from-dateTime(d, 'UTC') = 3]",
                    "[a = '[%CurrentUser%]']                | [a = '[%CurrentUser%]']",
                    "[a > '[%BeginOfCurrentDay%]-3*[%DayLength%]'] | [a > '[%BeginOfCurrentDay%] - 3 * [%DayLength%]']",
                })
        void and_prints_as(String text, String printed) {
            assertThat(parsed(text).print()).isEqualTo(printed);
            assertThat(parsed(printed).print()).isEqualTo(printed);
        }

        @Test
        void with_positions_in_utf_16_units() {
            assertThat(parsed("['😀' = name and M.A = $p]").brackets())
                    .isEqualTo(List.of(new Expr.And(
                            List.of(
                                    new Expr.Comparison(
                                            new Operand.Text("😀", 1),
                                            Condition.Comparator.EQUAL,
                                            new Operand.Path(
                                                    List.of(), java.util.Optional.of(new Operand.Name("name", 8)), 8),
                                            6),
                                    new Expr.Comparison(
                                            new Operand.Path(
                                                    List.of(new Operand.Step("M.A", false, List.of(), 17)),
                                                    java.util.Optional.empty(),
                                                    17),
                                            Condition.Comparator.EQUAL,
                                            new Operand.Parameter("p", 23),
                                            21)),
                            1)));
        }
    }

    @Nested
    class An_error_says_where_and_what_was_expected {
        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                quoteCharacter = '`',
                value = {
                    "``                     | 0: Expected '[', but the text ends.",
                    "a = 1                  | 0: Expected '[', but found 'a'.",
                    "[                      | 1: Expected a condition, but the text ends.",
                    "[]                     | 1: Expected a condition, but found ']'.",
                    "[a                     | 2: Expected a comparison (=, !=, <, <=, >, >=) or 'and' or 'or' or ']', but the text ends.",
                    "[lenght(a) > 3]        | 1: There is no function 'lenght'. Did you mean 'length'?",
                    "[1 = year-from-datetime(a)] | 5: There is no function 'year-from-datetime'. Did you mean 'year-from-dateTime'?",
                    "[a = 1 AND b = 2]      | 7: Expected 'and', but found 'AND': keywords are lower case.",
                    "[not a]                | 5: Expected '(' behind 'not': write not(…).",
                    "[a b]                  | 3: Expected a comparison (=, !=, <, <=, >, >=) or 'and' or 'or' or ']', but found 'b'.",
                    "[a = 1 b]              | 7: Expected 'and' or 'or' or ']', but found 'b'.",
                    "[(a = 1]               | 7: Expected 'and' or 'or' or ')', but found ']'.",
                    "[a = ]                 | 5: Expected an attribute, a path or a value, but found ']'.",
                    "[a == 1]               | 4: Expected an attribute, a path or a value, but found '='.",
                    "[a = 1 and]            | 10: Expected a condition, but found ']'.",
                    "[a/b]                  | 3: Expected nothing after the attribute 'a': it ends the path.",
                    "[M.A/]                 | 5: Expected an attribute or a path, but found ']'.",
                    "[contains(a)]          | 11: Expected ',', but found ')'.",
                    "[contains(a, b)]       | 13: Expected a value, but found 'b'.",
                    "[contains(M.A, 'x')]   | 13: Expected '/' and an attribute: contains takes one.",
                    "[length(M.A/M.E) = 1]  | 15: Expected '/' and an attribute: length takes one.",
                    "[a = 'x]               | 5: The string that begins here is not closed; a quote inside it is written twice.",
                    "[a = #]                | 5: The character '#' has no meaning here.",
                    "[a = \u0001]           | 5: The character U+0001 has no meaning here.",
                    "[a = 😀]           | 5: The character U+1F600 has no meaning here.",
                    "[a # 1][b @ 1]         | 3: The character '#' has no meaning here. 10: The character '@' has no meaning here.",
                    "[a = ][b = ]           | 5: Expected an attribute, a path or a value, but found ']'. 11: Expected an attribute, a path or a value, but found ']'.",
                    "[a = [%CurrentUser%]]  | 5: Expected a value, but found '[%CurrentUser%]'. A token is written as a string: '[%CurrentUser%]'.",
                    "[a = 'x [%CurrentUser%]'] | 6: Expected a token ([%Name%]) or a number, but found 'x'.",
                    "[a = '[%CurrentUser%] 3'] | 22: Expected '+' or '-' or '*' or the end, but found '3'.",
                    "['x']                  | 1: Expected a condition; this is a value and says nothing alone. Compare it with something.",
                    "[a < empty]            | 3: Expected '=' or '!=': nothing is smaller or larger than empty.",
                    "[M.A/M.E/a/b = 1]      | 11: Expected nothing after the attribute 'a': it ends the path.",
                    "[M.A[reversed()][x]/a] | 16: Expected '/': '[reversed()]' stands once, on an association, and predicates stand on an entity.",
                    "[a = 1]]               | 7: Expected '[' or the end, but found ']'.",
                    "[a = 1] or [b = 2]     | 8: Expected '[' or the end, but found 'or'.",
                    "[a = $]                | 5: The character '$' has no meaning here.",
                })
        void of_malformed(String text, String expected) {
            assertThat(refused(text)).isEqualTo(expected);
        }
    }

    @Nested
    class Limits {
        @Test
        void a_text_of_16_KiB_of_brackets_is_refused_at_once() {
            for (String bracket : List.of("[", "(", "not(", "contains(", "'", "[%", "]", "[reversed()]", "a", "M.A/")) {
                String text = bracket.repeat(ConstraintParser.LONGEST / bracket.length());
                Assertions.assertTimeout(Duration.ofSeconds(2), () -> {
                    assertThat(ConstraintParser.parse("constraint", text)).isInstanceOf(Result.Refused.class);
                });
            }
        }

        @Test
        void nesting_of_32_is_read_and_of_33_is_not() {
            assertThat(parsed("[" + "(".repeat(31) + "a" + ")".repeat(31) + "]").print())
                    .isEqualTo("[a]");
            assertThat(refused("[" + "(".repeat(32) + "a" + ")".repeat(32) + "]"))
                    .isEqualTo("32: Brackets and parentheses are nested deeper than 32.");
        }

        @Test
        void a_text_of_16_KiB_is_read_and_one_longer_is_not() {
            String text = "[a = '" + "x".repeat(ConstraintParser.LONGEST - 8) + "']";
            assertThat(parsed(text).print()).isEqualTo(text);
            assertThat(refused(text + " "))
                    .isEqualTo("16384: The text has 16385 characters; at most 16384 are allowed.");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Name", "id", "M.A/M.B/Rank", "M.A"})
    void a_path_alone_is_read_with_its_offset(String text) {
        Operand path = switch (ConstraintParser.parsePath("sort", 7, text)) {
            case Result.Ok<Operand>(Operand value) -> value;
            case Result.Refused<Operand>(var violations) -> throw new AssertionError(violations);
        };
        assertThat(path.position()).isEqualTo(7);
        assertThat(ConstraintParser.parsePath("sort", 7, text + " #")).isInstanceOf(Result.Refused.class);
    }

    static Constraint parsed(String text) {
        return switch (ConstraintParser.parse("constraint", text)) {
            case Result.Ok<Constraint>(Constraint value) -> value;
            case Result.Refused<Constraint>(var violations) -> throw new AssertionError(text + ": " + violations);
        };
    }

    private static String refused(String text) {
        return switch (ConstraintParser.parse("constraint", text)) {
            case Result.Ok<Constraint> ok -> ok.toString();
            case Result.Refused<Constraint>(var violations) ->
                violations.stream().map(ConstraintParserTest::line).collect(Collectors.joining(" "));
        };
    }

    static String line(Violation violation) {
        return (violation.place() instanceof Place.InParameter at ? at.position() + ": " : "") + violation.detail();
    }
}
