package dev.tidegate.xpath;

import dev.tidegate.problem.Violation;
import dev.tidegate.xpath.grammar.ConstraintGrammarParser;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.antlr.v4.runtime.Token;

/** Knows what was meant where a syntax error comes from a misspelt keyword or function. */
final class Misspellings {
    private static final Set<String> FUNCTIONS = Stream.concat(
                    Stream.of(
                            "not", "contains", "starts-with", "ends-with", "length", "string-length", "true", "false"),
                    Stream.of(Term.DatePart.Part.values())
                            .map(part -> part.name().toLowerCase(Locale.ROOT).replace('_', '-') + "-from-dateTime"))
            .collect(Collectors.toUnmodifiableSet());
    private static final Set<String> JUNCTIONS = Set.of("and", "or");

    private final Source source;
    private final List<Token> tokens;
    private final int wrong;

    /** {@code wrong} is the index of the token that the parser stumbled over. */
    Misspellings(Source source, List<Token> tokens, int wrong) {
        this.source = source;
        this.tokens = tokens;
        this.wrong = wrong;
    }

    Optional<Violation> find() {
        return function().or(this::junction).or(this::bareNot);
    }

    /** A name with a parenthesis right behind it; the parser took its first word for an attribute. */
    private Optional<Violation> function() {
        int begin = wrong - 1;
        if (begin < 0 || tokens.get(begin).getType() != ConstraintGrammarParser.NAME) {
            return Optional.empty();
        }
        StringBuilder name = new StringBuilder();
        for (int i = begin; i < tokens.size(); i++) {
            Token token = tokens.get(i);
            boolean touches =
                    i == begin || token.getStartIndex() == tokens.get(i - 1).getStopIndex() + 1;
            if (token.getType() == ConstraintGrammarParser.LEFT && i > begin) {
                return Optional.of(noFunction(tokens.get(begin), name.toString()));
            }
            boolean word =
                    token.getType() == ConstraintGrammarParser.NAME || token.getType() == ConstraintGrammarParser.MINUS;
            if (!touches || !word) {
                return Optional.empty();
            }
            name.append(token.getText());
        }
        return Optional.empty();
    }

    private Violation noFunction(Token at, String name) {
        return source.malformed(
                at.getStartIndex(),
                "There is no function '" + SyntaxWords.shortened(name) + "'."
                        + Suggestion.of(name, FUNCTIONS.stream()));
    }

    private Optional<Violation> junction() {
        Token token = tokens.get(wrong);
        String lower = token.getText().toLowerCase(Locale.ROOT);
        return token.getType() == ConstraintGrammarParser.NAME && JUNCTIONS.contains(lower)
                ? Optional.of(source.malformed(
                        token.getStartIndex(),
                        "Expected '" + lower + "', but found '" + token.getText() + "': keywords are lower case."))
                : Optional.empty();
    }

    private Optional<Violation> bareNot() {
        return wrong > 0 && tokens.get(wrong - 1).getText().equalsIgnoreCase("not")
                ? Optional.of(
                        source.malformed(tokens.get(wrong).getStartIndex(), "Expected '(' behind 'not': write not(…)."))
                : Optional.empty();
    }
}
