package dev.tidegate.xpath;

import dev.tidegate.xpath.grammar.ConstraintGrammarParser;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.antlr.v4.runtime.RecognitionException;
import org.antlr.v4.runtime.Token;
import org.antlr.v4.runtime.misc.IntervalSet;

/** Says what the parser expected in words of the constraint language. */
final class SyntaxWords {
    private static final int LONGEST_QUOTE = 40;

    private static final List<Integer> COMPARATORS = List.of(
            ConstraintGrammarParser.EQ,
            ConstraintGrammarParser.NE,
            ConstraintGrammarParser.LT,
            ConstraintGrammarParser.LE,
            ConstraintGrammarParser.GT,
            ConstraintGrammarParser.GE);
    private static final List<Integer> VALUES = List.of(
            ConstraintGrammarParser.STRING,
            ConstraintGrammarParser.NUMBER,
            ConstraintGrammarParser.MINUS,
            ConstraintGrammarParser.TRUE,
            ConstraintGrammarParser.FALSE,
            ConstraintGrammarParser.EMPTY,
            ConstraintGrammarParser.PARAMETER);
    private static final List<Integer> PATHS = List.of(ConstraintGrammarParser.NAME, ConstraintGrammarParser.QUALIFIED);
    private static final List<Integer> FUNCTIONS =
            List.of(ConstraintGrammarParser.LENGTH, ConstraintGrammarParser.DATE_PART, ConstraintGrammarParser.ID);
    private static final List<Integer> CONDITIONS =
            List.of(ConstraintGrammarParser.NOT, ConstraintGrammarParser.LEFT, ConstraintGrammarParser.TEXT_TEST);

    private SyntaxWords() {}

    static String describe(RecognitionException error, Token wrong, Token before) {
        if (wrong.getType() == ConstraintGrammarParser.TOKEN) {
            return "Expected a value, but found " + found(wrong) + ". A token is written as a string: '"
                    + wrong.getText() + "'.";
        }
        return "Expected " + String.join(" or ", expected(error, before)) + ", but " + sentence(wrong) + ".";
    }

    private static String sentence(Token wrong) {
        return wrong.getType() == Token.EOF ? "the text ends" : "found " + found(wrong);
    }

    static String found(Token token) {
        return "'" + shortened(token.getText()) + "'";
    }

    static String shortened(String text) {
        return text.length() <= LONGEST_QUOTE ? text : text.substring(0, LONGEST_QUOTE) + "…";
    }

    private static List<String> expected(RecognitionException error, Token before) {
        Set<Integer> types = new TreeSet<>(expectedTypes(error));
        List<String> words = new ArrayList<>();
        if (isEndOfCondition(error, types)) {
            if (PATHS.contains(before.getType()) || FUNCTIONS.contains(before.getType())) {
                words.add("a comparison (=, !=, <, <=, >, >=)");
            }
            words.add("'and'");
            words.add("'or'");
        }
        if (types.equals(Set.of(Token.EOF))) {
            words.addAll(goesOn(error));
        }
        take(types, CONDITIONS, "a condition", words);
        if (words.contains("a condition")) {
            types.removeAll(PATHS);
            types.removeAll(VALUES);
            types.removeAll(FUNCTIONS);
        } else if (types.containsAll(PATHS) && types.containsAll(VALUES)) {
            types.removeAll(FUNCTIONS);
            types.removeAll(PATHS);
            take(types, VALUES, "an attribute, a path or a value", words);
        }
        take(types, PATHS, "an attribute or a path", words);
        take(types, VALUES, "a value", words);
        take(types, COMPARATORS, "a comparison (=, !=, <, <=, >, >=)", words);
        types.forEach(type -> words.add(word(type)));
        return words;
    }

    private static List<Integer> expectedTypes(RecognitionException error) {
        IntervalSet expected = error.getExpectedTokens();
        return expected == null ? List.of() : expected.toList();
    }

    /** The parser has already left the rules that could go on with {@code and}, so it only asks for what closes. */
    private static boolean isEndOfCondition(RecognitionException error, Set<Integer> types) {
        boolean closes = types.equals(Set.of(ConstraintGrammarParser.CLOSE))
                || types.equals(Set.of(ConstraintGrammarParser.RIGHT));
        return closes
                && switch (error.getCtx()) {
                    case ConstraintGrammarParser.BracketContext _ -> true;
                    case ConstraintGrammarParser.UnaryContext unary -> unary.TEXT_TEST() == null;
                    default -> false;
                };
    }

    /** What could have stood instead of the end; the parser has left those rules as well. */
    private static List<String> goesOn(RecognitionException error) {
        return switch (error.getCtx()) {
            case ConstraintGrammarParser.ConstraintsContext _ -> List.of("'['");
            case ConstraintGrammarParser.ArithmeticContext _ -> List.of("'+'", "'-'", "'*'");
            default -> List.of();
        };
    }

    private static void take(Set<Integer> types, List<Integer> group, String word, List<String> words) {
        if (types.containsAll(group)) {
            types.removeAll(group);
            words.add(word);
        }
    }

    private static String word(int type) {
        return switch (type) {
            case Token.EOF -> "the end";
            case ConstraintGrammarParser.NAME -> "an attribute";
            case ConstraintGrammarParser.QUALIFIED -> "a qualified name (Module.Name)";
            case ConstraintGrammarParser.STRING -> "a string";
            case ConstraintGrammarParser.NUMBER -> "a number";
            case ConstraintGrammarParser.TOKEN -> "a token ([%Name%])";
            case ConstraintGrammarParser.OR -> "'or'";
            case ConstraintGrammarParser.AND -> "'and'";
            case ConstraintGrammarParser.ID -> "'id'";
            case ConstraintGrammarParser.REVERSED -> "'[reversed()]'";
            default -> {
                String literal = ConstraintGrammarParser.VOCABULARY.getLiteralName(type);
                yield literal == null ? "something else" : literal;
            }
        };
    }
}
