package dev.tidegate.xpath;

import dev.tidegate.problem.ProblemCode;
import dev.tidegate.problem.Violation;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** What binding one text has found so far. */
final class Findings {
    private final Source source;
    private final List<Violation> violations = new ArrayList<>();
    private final Set<String> parameters = new LinkedHashSet<>();

    Findings(String parameter) {
        this.source = new Source(parameter, 0);
    }

    void unknown(int position, String detail) {
        violations.add(source.violation(position, ProblemCode.UNKNOWN_MEMBER, detail));
    }

    void mismatch(int position, String detail) {
        violations.add(source.violation(position, ProblemCode.TYPE_MISMATCH, detail));
    }

    void limit(int position, String detail) {
        violations.add(source.violation(position, ProblemCode.LIMIT_EXCEEDED, detail));
    }

    void names(String parameter) {
        parameters.add(parameter);
    }

    boolean isClean() {
        return violations.isEmpty();
    }

    List<Violation> violations() {
        return inOrder(violations);
    }

    Set<String> parameters() {
        return parameters;
    }

    private static List<Violation> inOrder(List<Violation> found) {
        return found.stream()
                .sorted(Comparator.comparingInt(Source::positionOf))
                .toList();
    }
}
