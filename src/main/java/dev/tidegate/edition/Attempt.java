package dev.tidegate.edition;

import dev.tidegate.model.ModelIssue;
import dev.tidegate.observation.Observation.ModelOutcome;
import java.time.Instant;
import java.util.List;

/** A model file was read to be served: when, for whom, with what result, and what was found in it. */
public record Attempt(Instant at, Cause cause, ModelOutcome outcome, List<ModelIssue> issues) {
    public Attempt {
        issues = List.copyOf(issues);
    }

    /** Why it was read. */
    public sealed interface Cause {
        /** The gateway started. */
        record Start() implements Cause {}

        /** Something else stood in it than before. */
        record Changed() implements Cause {}

        /** An operator said so. */
        record Asked(String operator) implements Cause {}
    }
}
