package dev.tidegate.xpath;

import dev.tidegate.problem.Violation;
import dev.tidegate.xpath.grammar.ConstraintGrammarParser;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.antlr.v4.runtime.ParserRuleContext;
import org.antlr.v4.runtime.Token;
import org.antlr.v4.runtime.tree.ParseTree;
import org.antlr.v4.runtime.tree.TerminalNode;

/** ANTLR's tree becomes ours; what the grammar leaves too wide is refused here. Depth is bounded by the parser's limit. */
final class TreeBuilder {
    private static final Pattern TOKEN = Pattern.compile("\\[%[A-Za-z_][A-Za-z0-9_]*%]");

    private final Source source;
    private final List<Violation> violations;

    TreeBuilder(Source source, List<Violation> violations) {
        this.source = source;
        this.violations = violations;
    }

    List<Expr> brackets(ConstraintGrammarParser.ConstraintsContext tree) {
        return tree.bracket().stream().map(bracket -> expr(bracket.expr())).toList();
    }

    Operand onlyPath(ConstraintGrammarParser.OnlyPathContext tree) {
        return tree.path() == null ? new Operand.Id(at(tree)) : path(tree.path());
    }

    Operand arithmetic(ConstraintGrammarParser.ArithmeticContext tree) {
        List<Operand.Term> terms = new ArrayList<>();
        boolean subtracted = false;
        for (ParseTree child : tree.children) {
            if (child instanceof ConstraintGrammarParser.ProductContext product) {
                terms.add(new Operand.Term(
                        subtracted, product.factor().stream().map(this::factor).toList()));
            } else {
                subtracted = child.getText().equals("-");
            }
        }
        return new Operand.Tokens(terms, at(tree));
    }

    private Operand.Factor factor(ConstraintGrammarParser.FactorContext tree) {
        String text = tree.getText();
        return tree.TOKEN() == null
                ? new Operand.Factor(false, text, at(tree))
                : new Operand.Factor(true, text.substring(2, text.length() - 2), at(tree));
    }

    private Expr expr(ConstraintGrammarParser.ExprContext tree) {
        List<Expr> parts = tree.conjunction().stream().map(this::conjunction).toList();
        return parts.size() == 1 ? parts.getFirst() : new Expr.Or(parts, at(tree));
    }

    private Expr conjunction(ConstraintGrammarParser.ConjunctionContext tree) {
        List<Expr> parts = tree.unary().stream().map(this::unary).toList();
        return parts.size() == 1 ? parts.getFirst() : new Expr.And(parts, at(tree));
    }

    private Expr unary(ConstraintGrammarParser.UnaryContext tree) {
        if (tree.NOT() != null) {
            return new Expr.Not(expr(tree.expr()), at(tree));
        }
        if (tree.expr() != null) {
            return expr(tree.expr());
        }
        if (tree.TEXT_TEST() != null) {
            return textTest(tree);
        }
        Operand left = operand(tree.operand(0));
        if (tree.comparator() == null) {
            return alone(left);
        }
        return comparison(left, tree.comparator(), operand(tree.operand(1)));
    }

    private Expr textTest(ConstraintGrammarParser.UnaryContext tree) {
        String word = function(tree.TEXT_TEST());
        Condition.TextMatch.Kind kind = switch (word) {
            case "contains" -> Condition.TextMatch.Kind.CONTAINS;
            case "starts-with" -> Condition.TextMatch.Kind.STARTS_WITH;
            default -> Condition.TextMatch.Kind.ENDS_WITH;
        };
        return new Expr.TextTest(kind, memberPath(tree.path(), word), value(tree.value()), at(tree));
    }

    private Expr alone(Operand operand) {
        if (operand instanceof Operand.Path path) {
            return new Expr.Test(path);
        }
        violations.add(source.malformed(
                operand.position() - source.offset(),
                "Expected a condition; this is a value and says nothing alone. Compare it with something."));
        return new Expr.Test(new Operand.Path(List.of(), Optional.empty(), operand.position()));
    }

    private Expr comparison(Operand left, ConstraintGrammarParser.ComparatorContext tree, Operand right) {
        Condition.Comparator comparator = switch (tree.getStart().getType()) {
            case ConstraintGrammarParser.EQ -> Condition.Comparator.EQUAL;
            case ConstraintGrammarParser.NE -> Condition.Comparator.NOT_EQUAL;
            case ConstraintGrammarParser.LT -> Condition.Comparator.LESS;
            case ConstraintGrammarParser.LE -> Condition.Comparator.LESS_OR_EQUAL;
            case ConstraintGrammarParser.GT -> Condition.Comparator.GREATER;
            default -> Condition.Comparator.GREATER_OR_EQUAL;
        };
        if (comparator.isOrdered() && (left instanceof Operand.Empty || right instanceof Operand.Empty)) {
            violations.add(source.malformed(
                    tree.getStart().getStartIndex(), "Expected '=' or '!=': nothing is smaller or larger than empty."));
        }
        return new Expr.Comparison(left, comparator, right, at(tree));
    }

    private Operand operand(ConstraintGrammarParser.OperandContext tree) {
        if (tree.LENGTH() != null) {
            return new Operand.Length(memberPath(tree.path(), function(tree.LENGTH())), at(tree));
        }
        if (tree.DATE_PART() != null) {
            String word = function(tree.DATE_PART());
            return new Operand.DatePart(
                    word.substring(0, word.length() - "-from-dateTime".length()),
                    memberPath(tree.path(), word),
                    Optional.ofNullable(tree.STRING()).map(zone -> unquoted(zone.getText())),
                    at(tree));
        }
        if (tree.path() != null) {
            return path(tree.path());
        }
        return tree.value() == null ? new Operand.Id(at(tree)) : value(tree.value());
    }

    private Operand.Path memberPath(ConstraintGrammarParser.PathContext tree, String function) {
        Operand.Path path = path(tree);
        if (path.member().isEmpty()) {
            violations.add(source.malformed(
                    tree.getStop().getStopIndex() + 1, "Expected '/' and an attribute: " + function + " takes one."));
        }
        return path;
    }

    private Operand.Path path(ConstraintGrammarParser.PathContext tree) {
        List<Operand.Step> steps = new ArrayList<>();
        Optional<Operand.Name> member = Optional.empty();
        for (ParseTree child : tree.children) {
            boolean part = !(child instanceof TerminalNode node
                    && node.getSymbol().getType() == ConstraintGrammarParser.SLASH);
            if (part && member.isPresent()) {
                violations.add(source.malformed(
                        start(child),
                        "Expected nothing after the attribute '" + member.get().text() + "': it ends the path."));
                break;
            }
            switch (child) {
                case ConstraintGrammarParser.StepContext step -> steps.add(step(step));
                case TerminalNode node
                when part -> member = Optional.of(new Operand.Name(node.getText(), source.position(start(node))));
                default -> {}
            }
        }
        return new Operand.Path(steps, member, at(tree));
    }

    private Operand.Step step(ConstraintGrammarParser.StepContext tree) {
        boolean reversed = !tree.REVERSED().isEmpty();
        if (tree.REVERSED().size() > 1 || (reversed && !tree.bracket().isEmpty())) {
            violations.add(source.malformed(
                    start(tree.getChild(2)),
                    "Expected '/': '[reversed()]' stands once, on an association, and predicates stand on an entity."));
        }
        return new Operand.Step(
                tree.QUALIFIED().getText(),
                reversed,
                tree.bracket().stream().map(bracket -> expr(bracket.expr())).toList(),
                at(tree));
    }

    private Operand value(ConstraintGrammarParser.ValueContext tree) {
        Token last = tree.getStop();
        return switch (last.getType()) {
            case ConstraintGrammarParser.STRING -> string(last);
            case ConstraintGrammarParser.NUMBER -> new Operand.Numeral(tree.getText(), at(tree));
            case ConstraintGrammarParser.TRUE -> new Operand.Truth(true, at(tree));
            case ConstraintGrammarParser.FALSE -> new Operand.Truth(false, at(tree));
            case ConstraintGrammarParser.EMPTY -> new Operand.Empty(at(tree));
            default -> new Operand.Parameter(last.getText().substring(1), at(tree));
        };
    }

    private Operand string(Token token) {
        String text = unquoted(token.getText());
        int begin = source.position(token.getStartIndex());
        if (!TOKEN.matcher(text).find()) {
            return new Operand.Text(text, begin);
        }
        Source inside = new Source(source.parameter(), begin + 1);
        return ConstraintParser.parseTokens(inside, text, violations)
                .map(tokens -> tokens instanceof Operand.Tokens(var terms, var _position)
                        ? (Operand) new Operand.Tokens(terms, begin)
                        : tokens)
                .orElseGet(() -> new Operand.Text(text, begin));
    }

    private static String unquoted(String literal) {
        String quote = literal.substring(0, 1);
        return literal.substring(1, literal.length() - 1).replace(quote + quote, quote);
    }

    private static String function(TerminalNode node) {
        return node.getText().replaceAll("[ \t\r\n(]", "");
    }

    private int at(ParserRuleContext tree) {
        return source.position(tree.getStart().getStartIndex());
    }

    private static int start(ParseTree tree) {
        return switch (tree) {
            case ParserRuleContext rule -> rule.getStart().getStartIndex();
            case TerminalNode node -> node.getSymbol().getStartIndex();
            default -> 0;
        };
    }
}
