package dev.tidegate.upload;

import dev.tidegate.model.BatchId;
import java.util.List;
import java.util.Optional;

/**
 * A batch as its sender sees it: its place in the lane, its state, what is already decided, by index, and how it went so far
 * where that was looked up.
 */
public record BatchStatus(
        BatchId id,
        long position,
        BatchState state,
        List<OperationOutcome> operations,
        Optional<BatchHistory> history) {
    public BatchStatus {
        operations = List.copyOf(operations);
    }

    static BatchStatus of(BatchId id, long position, BatchState state, List<OperationOutcome> operations) {
        return new BatchStatus(id, position, state, operations, Optional.empty());
    }
}
