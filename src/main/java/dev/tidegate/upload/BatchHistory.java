package dev.tidegate.upload;

import dev.tidegate.model.StoreName;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** When a batch was accepted and settled, and how far each store has come with its part of it. */
public record BatchHistory(Instant acceptedAt, Optional<Instant> settledAt, List<Progress> parts) {
    public BatchHistory {
        parts = List.copyOf(parts);
    }

    /** The most that any store needed so far. */
    public int attempts() {
        return parts.stream().mapToInt(Progress::attempts).max().orElse(0);
    }

    /**
     * One store's part. {@code attempts} are those that failed for a reason of the part's own and the one that ended it; how
     * often the store was not there does not count.
     */
    public record Progress(StoreName store, int attempts, Optional<Instant> settledAt) {}
}
