package dev.tidegate.upload;

import java.util.List;

/** How a part ended: an outcome for each of its operations; {@code failed} after the last attempt of a batch that fails by itself. */
public record Settlement(List<OperationOutcome> outcomes, boolean failed) {
    public Settlement {
        outcomes = List.copyOf(outcomes);
    }
}
