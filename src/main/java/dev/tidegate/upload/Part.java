package dev.tidegate.upload;

import dev.tidegate.model.ClientId;
import dev.tidegate.model.LaneId;
import dev.tidegate.model.StoreName;
import dev.tidegate.policy.ChangeText;
import java.time.Instant;
import java.util.List;

/**
 * What one store has to do for one batch, taken from the queue under a lease. {@code previous} is the position of the
 * client's last batch before it with a part for the same store, fixed at intake (store-protocol 1). {@code attempts} counts
 * the attempts that failed for a reason of the batch's own; {@code delays} those that failed since for any other;
 * {@code takenOver} says that the lease of another had run out.
 */
public record Part(
        StoreName store,
        LaneId lane,
        long position,
        long previous,
        BatchKey key,
        ClientId client,
        Submitter submitter,
        BatchText batch,
        List<Integer> operations,
        List<OperationOutcome> decided,
        int attempts,
        int delays,
        Instant acceptedAt,
        boolean takenOver) {

    public Part {
        operations = List.copyOf(operations);
        decided = List.copyOf(decided);
    }

    ChangeText operation(int index) {
        return batch.operations().get(index);
    }
}
