package dev.tidegate.upload;

import dev.tidegate.model.BatchId;
import java.util.List;

/**
 * Where a client's lane stands: the position of its last accepted batch, the last one up to which everything is settled,
 * and the batches beyond that are not.
 */
public record ClientState(long position, long settledPosition, List<BatchId> unsettled) {
    public ClientState {
        unsettled = List.copyOf(unsettled);
    }
}
