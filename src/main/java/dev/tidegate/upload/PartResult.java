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

    /** An earlier part of the lane has not claimed yet; nothing was written. {@code position} is where the lane stands. */
    record NotItsTurn(long position) implements PartResult {}
}
