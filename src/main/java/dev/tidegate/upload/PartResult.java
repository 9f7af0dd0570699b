package dev.tidegate.upload;

import java.util.List;

/** What an attempt to apply a part came to. */
public sealed interface PartResult {
    /** The part is applied: by this attempt, or ({@code before}) by an earlier one. An outcome for each operation. */
    record Applied(List<OperationOutcome> outcomes, boolean before) implements PartResult {
        public Applied {
            outcomes = List.copyOf(outcomes);
        }
    }

    /**
     * The store's lane is not where the queue has it, so nothing was written: one of the two databases has lost what it had
     * kept. {@code position} is where the lane stands.
     */
    record Astray(long position) implements PartResult {}
}
