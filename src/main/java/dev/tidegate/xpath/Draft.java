package dev.tidegate.xpath;

import dev.tidegate.problem.Violation;
import java.util.List;

/**
 * A constraint whose names and types fit, with what the gateway cannot run yet. Where {@code unimplemented} is not empty
 * the condition only names the members and hops that those parts use, so that rules can judge it; it must not run.
 */
public record Draft(CheckedConstraint constraint, List<Violation> unimplemented) {
    public Draft {
        unimplemented = List.copyOf(unimplemented);
    }
}
