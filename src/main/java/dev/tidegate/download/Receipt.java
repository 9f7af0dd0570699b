package dev.tidegate.download;

import dev.tidegate.model.BatchId;
import dev.tidegate.model.ClientId;
import dev.tidegate.model.ErrorId;
import dev.tidegate.observation.Observation;
import dev.tidegate.problem.Problem;
import java.util.List;
import java.util.Optional;

/**
 * What a pull's snapshots hold of a client's batches. Every batch up to {@code position} is settled in all its stores, and
 * those {@code settled} beyond it; but for the {@code pending} operations, which are parked, complete each time. {@code outcomes}
 * are those that are not plainly applied, since the receipt before.
 */
public record Receipt(
        ClientId client, long position, List<BatchId> settled, List<Outcome> outcomes, List<Pending> pending) {
    public Receipt {
        settled = List.copyOf(settled);
        outcomes = List.copyOf(outcomes);
        pending = List.copyOf(pending);
    }

    /** {@code error}: under which the operation is kept, if it is by now. */
    public record Outcome(
            BatchId batch,
            int index,
            String entity,
            Optional<String> id,
            Observation.Outcome outcome,
            Optional<String> version,
            Optional<Problem> problem,
            Optional<ErrorId> error) {}

    /** An operation that waits for the object it refers to. */
    public record Pending(BatchId batch, int index) {}
}
