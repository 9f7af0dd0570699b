package dev.tidegate.upload;

import dev.tidegate.problem.Problem;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An operation that could not be applied, kept whole until its client deletes it. {@code operation} is its JSON in JDK
 * values, with hashed strings in place of what was sent.
 */
public record KeptError(
        ErrorId id,
        BatchId batch,
        int index,
        Map<String, @Nullable Object> operation,
        Problem problem,
        Optional<CurrentObject> current,
        Instant at) {}
