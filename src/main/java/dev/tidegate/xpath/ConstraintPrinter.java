package dev.tidegate.xpath;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Writes a tree as text, with no more parentheses than it needs. */
final class ConstraintPrinter {
    private final StringBuilder out = new StringBuilder();

    private ConstraintPrinter() {}

    static String print(Constraint constraint) {
        ConstraintPrinter printer = new ConstraintPrinter();
        constraint.brackets().forEach(printer::bracket);
        return printer.out.toString();
    }

    static String print(Operand.Path path) {
        ConstraintPrinter printer = new ConstraintPrinter();
        printer.path(path);
        return printer.out.toString();
    }

    private void bracket(Expr expr) {
        out.append('[');
        expr(expr);
        out.append(']');
    }

    private void expr(Expr expr) {
        switch (expr) {
            case Expr.Or or -> joined(or.of(), " or ");
            case Expr.And and -> joined(and.of(), " and ");
            case Expr.Not not -> {
                out.append("not(");
                expr(not.of());
                out.append(')');
            }
            case Expr.Comparison compare -> {
                operand(compare.left());
                out.append(' ').append(compare.comparator().symbol()).append(' ');
                operand(compare.right());
            }
            case Expr.TextTest test -> {
                out.append(test.kind().name().toLowerCase(Locale.ROOT).replace('_', '-'))
                        .append('(');
                path(test.member());
                out.append(", ");
                operand(test.needle());
                out.append(')');
            }
            case Expr.Test test -> path(test.path());
        }
    }

    private void joined(List<Expr> parts, String word) {
        String separator = "";
        for (Expr part : parts) {
            out.append(separator);
            separator = word;
            boolean grouped = part instanceof Expr.Or || (part instanceof Expr.And && word.equals(" and "));
            out.append(grouped ? "(" : "");
            expr(part);
            out.append(grouped ? ")" : "");
        }
    }

    private void operand(Operand operand) {
        switch (operand) {
            case Operand.Path path -> path(path);
            case Operand.Id _ -> out.append("id");
            case Operand.Text text -> quoted(text.value());
            case Operand.Numeral number -> out.append(number.digits());
            case Operand.Truth truth -> out.append(truth.value() ? "true()" : "false()");
            case Operand.Empty _ -> out.append("empty");
            case Operand.Parameter parameter -> out.append('$').append(parameter.name());
            case Operand.Tokens tokens -> quoted(arithmetic(tokens));
            case Operand.Length length -> {
                out.append("length(");
                path(length.member());
                out.append(')');
            }
            case Operand.DatePart part -> {
                out.append(part.part()).append("-from-dateTime(");
                path(part.member());
                part.zone().ifPresent(zone -> {
                    out.append(", ");
                    quoted(zone);
                });
                out.append(')');
            }
        }
    }

    private void path(Operand.Path path) {
        String slash = "";
        for (Operand.Step step : path.steps()) {
            out.append(slash).append(step.name()).append(step.reversed() ? "[reversed()]" : "");
            slash = "/";
            step.predicates().forEach(this::bracket);
        }
        if (path.member().isPresent()) {
            out.append(slash).append(path.member().get().text());
        }
    }

    private static String arithmetic(Operand.Tokens tokens) {
        StringBuilder text = new StringBuilder();
        for (Operand.Term term : tokens.terms()) {
            text.append(text.isEmpty() ? "" : term.subtracted() ? " - " : " + ")
                    .append(term.factors().stream()
                            .map(factor -> factor.token() ? "[%" + factor.text() + "%]" : factor.text())
                            .collect(Collectors.joining(" * ")));
        }
        return text.toString();
    }

    private void quoted(String text) {
        out.append('\'').append(text.replace("'", "''")).append('\'');
    }
}
