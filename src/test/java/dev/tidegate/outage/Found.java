package dev.tidegate.outage;

import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * What became of one client's batches: the lines of the store's log about it, in their order, and what the queue says of each
 * batch.
 */
record Found(List<String> written, Map<UUID, Batch> batches) {
    Found {
        written = List.copyOf(written);
        batches = Map.copyOf(batches);
    }

    /**
     * {@code kept}: outcomes that are not plainly "applied", by index; {@code errors}: indexes kept under errors; {@code
     * reasons}: the problems' codes, by index, only to be told.
     */
    record Batch(
            long position,
            String state,
            Map<Integer, String> kept,
            List<Integer> errors,
            Map<Integer, String> reasons) {
        Batch {
            kept = Map.copyOf(kept);
            errors = List.copyOf(errors);
            reasons = Map.copyOf(reasons);
        }

        Batch(long position, String state, Map<Integer, String> kept, List<Integer> errors) {
            this(position, state, kept, errors, Map.of());
        }
    }
}
