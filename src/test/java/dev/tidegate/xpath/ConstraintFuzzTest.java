package dev.tidegate.xpath;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidegate.model.EntityName;
import dev.tidegate.model.Model;
import dev.tidegate.policy.PolicyModel;
import dev.tidegate.problem.Place;
import dev.tidegate.problem.Result;
import dev.tidegate.problem.Violation;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Generated and mutilated constraints; the seed is printed with every failure. */
class ConstraintFuzzTest {
    private static final int TEXTS = 300_000;
    private static final Model MODEL = PolicyModel.model();
    private static final List<String> PIECES = List.of(
            "[",
            "]",
            "(",
            ")",
            "/",
            ",",
            "=",
            "!=",
            "<",
            "<=",
            ">",
            ">=",
            " and ",
            " or ",
            "not(",
            "contains(",
            "starts-with(",
            "length(",
            "year-from-dateTime(",
            "[reversed()]",
            "true()",
            "false",
            "empty",
            "NULL",
            "id",
            "Name",
            "Count",
            "Flag",
            "Due",
            "State",
            "M.Live",
            "M.Live_Self",
            "M.Live_Live2",
            "M.Live2",
            "M.Local",
            "M.Live_Local",
            "'x'",
            "\"y\"",
            "'Open'",
            "'[%CurrentUser%]'",
            "'[%CurrentDateTime%] + 3 * [%DayLength%]'",
            "'2026-11-20'",
            "1",
            "-2.5",
            "99999999999999999999",
            "$p",
            "$n",
            " ",
            "'",
            "\u0000",
            "\ud83d",
            "é",
            "%");

    private final long seed = System.nanoTime();
    private final Random random = new Random(seed);

    @Test
    void printing_and_parsing_again_gives_the_same_tree() {
        for (int i = 0; i < 20_000; i++) {
            String text = bracket(4);
            Constraint tree = ConstraintParserTest.parsed(text);
            Constraint again = ConstraintParserTest.parsed(tree.print());
            assertThat(shape(again)).as("seed %d, %s", seed, text).isEqualTo(shape(tree));
        }
    }

    @Test
    void what_is_hard_to_print_comes_back_the_same() {
        for (String text : List.of(
                "[Name = '''']",
                "[Name = \"\"\"\"]",
                "[Name = \"it's\" or Name = 'say \"it\"']",
                "[Name = \"'\"\"'\"]",
                "[Name = '[%']",
                "[Name = '%]' or Name = '[%]' or Name = '[% CurrentUser %]']",
                "[Name = '\\' or Name = '\\''\\']",
                "[Name = '\n\t\r']",
                "[Name = '\uD83D\uDE00']",
                "[Name = ']' or Name = '[' or Name = ')' or Name = '(']",
                "[Name = 'empty' or Name = empty or Name = NULL or NULL = Name]",
                "[empty = empty or 'a' = \"a\"]",
                "[true = true() or Flag = 'true' or false( ) = Flag]",
                "[not(not(not(Flag)))]",
                "[not(Flag) and (Flag or Flag and (Flag or Flag))]",
                "[(Flag and Flag) and Flag or (Flag or Flag) or ((Flag))]",
                "[Count = -5 or Count = - 5 or -5 < Count or Count = -0.00]",
                "[length(M.Live_Self[reversed()]/M.Live[Flag][not(Flag)]/Name) = string-length(Name)]",
                "[M.Live_Self/M.Live_Self[ reversed () ]/M.Live_Self = M.Live_Self]",
                "[M.Live_Self/M.Live[M.Live_Self/M.Live[Name = ']']/Flag] = id]",
                "[year-from-dateTime(Due, \"Europe/Amsterdam\") = day-of-year-from-dateTime(Due)]",
                "[hours-from-dateTime(Due, 'it''s') = 1]",
                "[Due > \"3*2 * [%DayLength%]+[%CurrentDateTime%] -[%SecondLength%]*0.5\"]",
                "[contains(M.Live_Self/M.Live/Name, $p)][starts-with(Name,'')][ends-with(Name,\"'\")]")) {
            Constraint tree = ConstraintParserTest.parsed(text);
            Constraint again = ConstraintParserTest.parsed(tree.print());
            assertThat(shape(again)).as(text).isEqualTo(shape(tree));
        }
    }

    private static String shape(Constraint tree) {
        return tree.toString().replaceAll("position=\\d+", "");
    }

    @Test
    void whatever_the_text_the_answer_is_a_tree_or_violations_within_it() {
        ConstraintBinder binder = new ConstraintBinder(MODEL);
        EntityName live = EntityName.parse("M.Live");
        for (int i = 0; i < TEXTS; i++) {
            String text = i % 2 == 0 ? mutated(bracket(3)) : scrambled();
            Result<CheckedConstraint> result = ConstraintParser.parse("constraint", text)
                    .flatMap(tree -> binder.bind("constraint", live, tree, Set.of("n")));
            if (result instanceof Result.Refused<CheckedConstraint>(var violations)) {
                assertThat(violations).as("seed %d, %s", seed, text).allMatch(violation -> isWithin(violation, text));
            }
        }
    }

    private static boolean isWithin(Violation violation, String text) {
        return violation.place() instanceof Place.InParameter in
                && in.position() >= 0
                && in.position() <= text.length()
                && !violation.detail().isBlank();
    }

    private String scrambled() {
        return IntStream.range(0, random.nextInt(20))
                .mapToObj(_ -> PIECES.get(random.nextInt(PIECES.size())))
                .collect(Collectors.joining(random.nextBoolean() ? " " : ""));
    }

    private String mutated(String text) {
        StringBuilder out = new StringBuilder(text);
        for (int i = random.nextInt(3); i > 0; i--) {
            int at = random.nextInt(out.length());
            switch (random.nextInt(3)) {
                case 0 -> out.deleteCharAt(at);
                case 1 -> out.insert(at, PIECES.get(random.nextInt(PIECES.size())));
                default -> out.setCharAt(at, (char) random.nextInt(0x10000));
            }
            if (out.isEmpty()) {
                return "";
            }
        }
        return out.toString();
    }

    private String bracket(int depth) {
        return "[" + expr(depth) + "]" + (random.nextInt(4) == 0 ? "[" + expr(depth) + "]" : "");
    }

    private String expr(int depth) {
        if (depth == 0) {
            return comparison(0);
        }
        return switch (random.nextInt(7)) {
            case 0 -> expr(depth - 1) + " or " + expr(depth - 1);
            case 1 -> expr(depth - 1) + " and " + expr(depth - 1);
            case 2 -> "not(" + expr(depth - 1) + ")";
            case 3 -> "(" + expr(depth - 1) + ")";
            case 4 -> pick("contains", "starts-with", "ends-with") + "(" + path(depth - 1) + "Name, " + value() + ")";
            case 5 -> pick("Flag", "M.Live_Self", "M.Live_Self[reversed()]/M.Live");
            default -> comparison(depth);
        };
    }

    private String comparison(int depth) {
        String operator = pick("=", "!=", "<", "<=", ">", ">=");
        return switch (random.nextInt(5)) {
            case 0 -> "id" + pick("=", "!=") + value();
            case 1 -> "Count" + operator + pick("1", "-2", "'3'", "$p");
            case 2 ->
                pick("length(Name)", "year-from-dateTime(Due)", "hours-from-dateTime(Due, 'UTC')") + operator + "3";
            case 3 -> pick("1", "'a'", "$p") + operator + path(depth) + "Name";
            default -> path(depth) + pick("Name", "State", "Due", "Price") + pick("=", "!=") + value();
        };
    }

    private String path(int depth) {
        return switch (depth == 0 ? 0 : random.nextInt(4)) {
            case 1 -> "M.Live_Self/M.Live/" + path(depth - 1);
            case 2 -> "M.Live_Self[reversed()]/M.Live[" + expr(depth - 1) + "]/" + path(depth - 1);
            case 3 -> "M.Live_Self/" + path(depth - 1);
            default -> "";
        };
    }

    private String value() {
        return pick(
                "'x'",
                "\"it's\"",
                "'it''s'",
                "''",
                "1",
                "-2.50",
                "true()",
                "false",
                "empty",
                "$p",
                "$n",
                "'Open'",
                "'[%CurrentUser%]'",
                "'[%BeginOfCurrentDay%] - 3 * [%DayLength%]'",
                "'2026-11-20T08:15:00Z'");
    }

    private String pick(String... of) {
        return of[random.nextInt(of.length)];
    }
}
