package dev.tidegate.upload;

import dev.tidegate.model.BatchId;
import dev.tidegate.model.ClientKey;
import dev.tidegate.model.ErrorId;
import dev.tidegate.model.ProfileName;
import dev.tidegate.problem.Problem;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An operation that could not be applied, kept whole until it is discarded, or applied by a retry. {@code sent} is its JSON in
 * JDK values, with hashed strings in place of what was sent; {@code corrected} is what it was last changed to. {@code place} is
 * where it stands in listings; {@code retrying}: it waits to be tried again.
 */
public record DeadLetter(
        ErrorId id,
        long place,
        ClientKey client,
        ProfileName profile,
        BatchId batch,
        int index,
        Map<String, @Nullable Object> sent,
        Optional<Map<String, @Nullable Object>> corrected,
        Problem problem,
        Optional<CurrentObject> current,
        Instant at,
        boolean retrying) {

    /** As it would be tried again. */
    Map<String, @Nullable Object> operation() {
        return corrected.orElse(sent);
    }

    /** The entity's name as the client spelt it. */
    String entity() {
        return String.valueOf(sent.get("entity"));
    }
}
