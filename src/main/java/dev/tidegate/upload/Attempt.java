package dev.tidegate.upload;

import dev.tidegate.problem.Problem;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One attempt to apply an operation: the first, or a retry ({@code asked}), and how it ended; empty while it waits.
 * {@code corrected} is what the operation was changed to with it.
 */
public record Attempt(Optional<Asked> asked, Optional<Map<String, @Nullable Object>> corrected, Optional<Ended> ended) {

    /** Who asked for it, and when. */
    public record Asked(String by, Instant at) {}

    /** {@code outcome} as queue and contract spell it: {@code rejected} or {@code conflict}. */
    public record Ended(String outcome, Problem problem, Instant at) {}
}
