package dev.tidegate.xpath;

import dev.tidegate.problem.ProblemCode;
import dev.tidegate.problem.Result;
import dev.tidegate.problem.Violation;
import dev.tidegate.xpath.grammar.ConstraintGrammarLexer;
import dev.tidegate.xpath.grammar.ConstraintGrammarParser;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.antlr.v4.runtime.BailErrorStrategy;
import org.antlr.v4.runtime.CommonToken;
import org.antlr.v4.runtime.CommonTokenStream;
import org.antlr.v4.runtime.ListTokenSource;
import org.antlr.v4.runtime.RecognitionException;
import org.antlr.v4.runtime.Token;
import org.antlr.v4.runtime.misc.ParseCancellationException;
import org.jspecify.annotations.Nullable;

/**
 * Text becomes a tree, or every syntax error in it: each with its position and what was expected. Knows no model. Whatever
 * the text, it answers in time linear in its length and without deep recursion: length and nesting are looked at first.
 */
public final class ConstraintParser {
    /** In UTF-16 code units. */
    public static final int LONGEST = 16 * 1024;

    public static final int DEEPEST = 32;

    private ConstraintParser() {}

    /** The tree of a whole constraint; violations call the text {@code parameter}. */
    public static Result<Constraint> parse(String parameter, String text) {
        Source source = new Source(parameter, 0);
        List<Violation> violations = new ArrayList<>();
        List<Token> tokens = tokens(source, text, violations);
        if (!violations.isEmpty()) {
            return Result.refused(violations);
        }
        List<Expr> brackets = new ArrayList<>();
        for (List<Token> group : groups(tokens)) {
            read(source, group, ConstraintGrammarParser::constraints, TreeBuilder::brackets, violations)
                    .ifPresent(brackets::addAll);
        }
        return violations.isEmpty() ? Result.ok(new Constraint(brackets)) : Result.refused(inOrder(violations));
    }

    /**
     * A path alone, as sorts and expansions write it; an {@link Operand.Id} where it says {@code id}. {@code text} begins
     * at {@code offset} in the parameter, which is added to every position.
     */
    public static Result<Operand> parsePath(String parameter, int offset, String text) {
        Source source = new Source(parameter, offset);
        List<Violation> violations = new ArrayList<>();
        List<Token> tokens = tokens(source, text, violations);
        Optional<Operand> path = violations.isEmpty()
                ? read(source, tokens, ConstraintGrammarParser::onlyPath, TreeBuilder::onlyPath, violations)
                : Optional.empty();
        return path.isPresent() && violations.isEmpty() ? Result.ok(path.get()) : Result.refused(inOrder(violations));
    }

    static Optional<Operand> parseTokens(Source source, String text, List<Violation> violations) {
        List<Violation> strange = new ArrayList<>();
        List<Token> tokens = tokens(source, text, strange);
        violations.addAll(strange);
        if (!strange.isEmpty()) {
            return Optional.empty();
        }
        return read(source, tokens, ConstraintGrammarParser::arithmetic, TreeBuilder::arithmetic, violations);
    }

    private static List<Violation> inOrder(List<Violation> violations) {
        return violations.stream()
                .sorted(Comparator.comparingInt(Source::positionOf))
                .toList();
    }

    private static <C, T> Optional<T> read(
            Source source,
            List<Token> tokens,
            Function<ConstraintGrammarParser, C> rule,
            BiFunction<TreeBuilder, C, T> build,
            List<Violation> violations) {
        ConstraintGrammarParser parser =
                new ConstraintGrammarParser(new CommonTokenStream(new ListTokenSource(tokens)));
        parser.removeErrorListeners();
        parser.setErrorHandler(new BailErrorStrategy());
        try {
            C tree = rule.apply(parser);
            return Optional.of(build.apply(new TreeBuilder(source, violations), tree));
        } catch (ParseCancellationException bailed) {
            violations.add(violation(source, tokens, bailed.getCause()));
            return Optional.empty();
        }
    }

    private static Violation violation(Source source, List<Token> tokens, @Nullable Throwable cause) {
        if (!(cause instanceof RecognitionException error)) {
            throw new IllegalStateException("the parser gave up without a reason", cause);
        }
        Token wrong = error.getOffendingToken();
        int index = tokens.indexOf(wrong);
        Optional<Violation> misspelt = new Misspellings(source, tokens, index).find();
        Token before = index > 0 ? tokens.get(index - 1) : wrong;
        return misspelt.orElseGet(
                () -> source.malformed(wrong.getStartIndex(), SyntaxWords.describe(error, wrong, before)));
    }

    private static List<Token> tokens(Source source, String text, List<Violation> violations) {
        if (text.length() > LONGEST) {
            violations.add(source.violation(
                    LONGEST,
                    ProblemCode.LIMIT_EXCEEDED,
                    "The text has " + text.length() + " characters; at most " + LONGEST + " are allowed."));
            return List.of();
        }
        ConstraintGrammarLexer lexer = new ConstraintGrammarLexer(new Utf16Stream(text));
        lexer.removeErrorListeners();
        List<Token> tokens = new ArrayList<>(lexer.getAllTokens());
        CommonToken end = new CommonToken(Token.EOF, "");
        end.setStartIndex(text.length());
        end.setStopIndex(text.length());
        tokens.add(end);
        judge(source, text, tokens, violations);
        return tokens;
    }

    private static void judge(Source source, String text, List<Token> tokens, List<Violation> violations) {
        int depth = 0;
        boolean tooDeep = false;
        for (Token token : tokens) {
            switch (token.getType()) {
                case ConstraintGrammarParser.STRANGE -> {
                    if (!isSecondHalf(text, token.getStartIndex())) {
                        violations.add(source.malformed(
                                token.getStartIndex(),
                                "The character " + visible(text, token.getStartIndex()) + " has no meaning here."));
                    }
                }
                case ConstraintGrammarParser.UNCLOSED ->
                    violations.add(source.malformed(
                            token.getStartIndex(),
                            "The string that begins here is not closed; a quote inside it is written twice."));
                default -> depth += depthOf(token);
            }
            if (depth > DEEPEST && !tooDeep) {
                tooDeep = true;
                violations.add(source.violation(
                        token.getStartIndex(),
                        ProblemCode.LIMIT_EXCEEDED,
                        "Brackets and parentheses are nested deeper than " + DEEPEST + "."));
            }
        }
    }

    /** Of a character that takes two code units, and that has been told of at its first. */
    private static boolean isSecondHalf(String text, int at) {
        return at > 0 && Character.isSurrogatePair(text.charAt(at - 1), text.charAt(at));
    }

    private static String visible(String text, int at) {
        int c = text.codePointAt(at);
        return c > ' ' && c < 127 ? "'" + (char) c + "'" : "U+%04X".formatted(c);
    }

    private static int depthOf(Token token) {
        return switch (token.getType()) {
            case ConstraintGrammarParser.OPEN,
                    ConstraintGrammarParser.LEFT,
                    ConstraintGrammarParser.NOT,
                    ConstraintGrammarParser.TEXT_TEST,
                    ConstraintGrammarParser.LENGTH,
                    ConstraintGrammarParser.DATE_PART -> 1;
            case ConstraintGrammarParser.CLOSE, ConstraintGrammarParser.RIGHT -> -1;
            default -> 0;
        };
    }

    /** The top-level brackets one by one, so that each can have its error; from where they do not match, all the rest. */
    private static List<List<Token>> groups(List<Token> tokens) {
        List<List<Token>> groups = new ArrayList<>();
        int begin = 0;
        int depth = 0;
        for (int i = 0; i < tokens.size() - 1; i++) {
            depth += depthOf(tokens.get(i));
            boolean next = depth == 0 && tokens.get(i + 1).getType() == ConstraintGrammarParser.OPEN;
            if (next && tokens.get(i).getType() == ConstraintGrammarParser.CLOSE) {
                List<Token> group = new ArrayList<>(tokens.subList(begin, i + 1));
                CommonToken end = new CommonToken(Token.EOF, "");
                end.setStartIndex(tokens.get(i).getStopIndex() + 1);
                group.add(end);
                groups.add(group);
                begin = i + 1;
            }
        }
        groups.add(tokens.subList(begin, tokens.size()));
        return groups;
    }
}
