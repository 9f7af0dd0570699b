package dev.tidegate.upload;

import java.util.List;

/** A late unit and how it ended: an outcome for each of its operations. */
public record LateSettled(LatePlace place, List<OperationOutcome> outcomes) {
    public LateSettled {
        outcomes = List.copyOf(outcomes);
    }
}
