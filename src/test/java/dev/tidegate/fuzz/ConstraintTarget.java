package dev.tidegate.fuzz;

import dev.tidegate.model.EntityName;
import dev.tidegate.model.Model;
import dev.tidegate.policy.PolicyModel;
import dev.tidegate.problem.Place;
import dev.tidegate.problem.Result;
import dev.tidegate.problem.Violation;
import dev.tidegate.xpath.CheckedConstraint;
import dev.tidegate.xpath.Constraint;
import dev.tidegate.xpath.ConstraintBinder;
import dev.tidegate.xpath.ConstraintParser;
import dev.tidegate.xpath.Operand;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;

/**
 * Whatever the text: the parser gives a tree or violations that lie within the text, a tree prints to text that parses to
 * the same tree, and the binder gives a condition or violations within the text. Nothing else, and no exception.
 */
public final class ConstraintTarget {
    private static final Model MODEL = PolicyModel.model();
    private static final EntityName LIVE = EntityName.parse("M.Live");
    private static final ConstraintBinder BINDER = new ConstraintBinder(MODEL);
    private static final Set<String> NULLS = Set.of("n");

    private ConstraintTarget() {}

    /** What Jazzer calls. */
    public static void fuzzerTestOneInput(byte[] input) {
        text(new String(input, StandardCharsets.UTF_8));
    }

    private static void text(String text) {
        switch (ConstraintParser.parse("constraint", text)) {
            case Result.Refused<Constraint>(var violations) -> requireWithin(violations, text);
            case Result.Ok<Constraint>(var tree) -> {
                requireRoundTrip(tree);
                if (BINDER.bind("constraint", LIVE, tree, NULLS)
                        instanceof Result.Refused<CheckedConstraint>(var violations)) {
                    requireWithin(violations, text);
                }
            }
        }
        path(text);
    }

    private static void path(String text) {
        switch (ConstraintParser.parsePath("sort", 0, text)) {
            case Result.Refused<Operand>(var violations) -> requireWithin(violations, text);
            case Result.Ok<Operand>(var path) -> {
                BINDER.bindSort("sort", LIVE, path, true);
                BINDER.bindPath("expand", LIVE, path);
            }
        }
    }

    private static void requireRoundTrip(Constraint tree) {
        String printed = tree.print();
        if (printed.length() > ConstraintParser.LONGEST) {
            return;
        }
        Constraint again = ConstraintParser.parse("constraint", printed).orRefuse();
        if (!shape(again).equals(shape(tree))) {
            throw new AssertionError("printed as " + printed + ", which parses to another tree");
        }
    }

    private static String shape(Constraint tree) {
        return tree.toString().replaceAll("position=\\d+", "");
    }

    private static void requireWithin(List<Violation> violations, String text) {
        if (violations.isEmpty()) {
            throw new AssertionError("refused without a reason");
        }
        for (Violation violation : violations) {
            boolean within = violation.place() instanceof Place.InParameter in
                    && in.position() >= 0
                    && in.position() <= text.length()
                    && !violation.detail().isBlank();
            if (!within) {
                throw new AssertionError("a violation that points outside the text: " + violation);
            }
        }
    }
}
