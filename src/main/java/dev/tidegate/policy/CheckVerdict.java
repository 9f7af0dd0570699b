package dev.tidegate.policy;

import dev.tidegate.problem.Violation;
import java.util.List;

/** The answer to one item of {@link ChecksText}: where it runs, and what forbids it, or is doubtful about it. */
public record CheckVerdict(String name, Site runsOn, List<Violation> violations, List<Warning> warnings) {
    public CheckVerdict {
        violations = List.copyOf(violations);
        warnings = List.copyOf(warnings);
    }

    /** Doubtful, not forbidden: {@code incomplete-hierarchy}. */
    public record Warning(String code, String detail) {}

    public boolean allowed() {
        return violations.isEmpty();
    }
}
