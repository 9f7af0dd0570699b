package dev.tidegate.upload;

import java.time.Duration;
import java.util.List;

/**
 * How a part ended: an outcome for each of its operations; {@code failed} after the last attempt of a batch that fails by
 * itself. Those that are parked may wait for {@code patience}.
 */
public record Settlement(List<OperationOutcome> outcomes, boolean failed, Duration patience) {
    public Settlement {
        outcomes = List.copyOf(outcomes);
    }

    /** Of a part of which nothing is parked. */
    public Settlement(List<OperationOutcome> outcomes, boolean failed) {
        this(outcomes, failed, Duration.ZERO);
    }
}
