package dev.tidegate.upload;

import dev.tidegate.model.Change;
import dev.tidegate.policy.Grant;
import dev.tidegate.problem.Violation;
import java.util.List;
import java.util.Optional;

/** What the rules say to a change once the stored object is known; {@link dev.tidegate.policy.ChangeRules#objection}. */
@FunctionalInterface
public interface Objections {
    Optional<Violation> to(Change change, List<Grant> grants, boolean[] holds, String pointer);
}
