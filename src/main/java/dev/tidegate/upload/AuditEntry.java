package dev.tidegate.upload;

import dev.tidegate.model.BatchId;
import dev.tidegate.model.ClientKey;
import dev.tidegate.model.ErrorId;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * Who retried ({@code corrected}: with a changed body) or discarded which operation, when and why. {@code filter}: what was
 * asked for, when it was one of many. Never says what the operation writes.
 */
public record AuditEntry(
        long id,
        Instant at,
        String actor,
        String action,
        ErrorId error,
        ClientKey client,
        BatchId batch,
        int index,
        boolean corrected,
        Optional<String> reason,
        Optional<Map<String, String>> filter) {}
