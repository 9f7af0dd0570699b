package dev.tidegate.upload;

import java.util.List;

/** A batch as its sender sees it: its place in the lane, its state, and what is already decided, by index. */
public record BatchStatus(BatchId id, long position, BatchState state, List<OperationOutcome> operations) {
    public BatchStatus {
        operations = List.copyOf(operations);
    }
}
