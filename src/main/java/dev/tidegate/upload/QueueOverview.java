package dev.tidegate.upload;

import dev.tidegate.model.BatchId;
import dev.tidegate.model.ClientId;
import dev.tidegate.model.ClientKey;
import io.smallrye.mutiny.Uni;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What the queue holds of all callers, for operators; in the order of the callers' names and ids, which stays while things come
 * and go.
 *
 * <p>Every method fails with a {@link dev.tidegate.problem.Refusal} of {@code queue-unavailable} when the database does not
 * answer in time.
 */
public interface QueueOverview {

    /** A client's lane: everything up to {@code settled} is settled; {@code oldest} waits first of what is not. */
    record Lane(ClientKey client, long position, long settled, Optional<Waiting> oldest) {}

    /** A batch that waits since it was accepted. */
    record Waiting(BatchId batch, Instant since) {}

    /** A batch without its content; {@code queued} also while it is being applied. */
    record Line(
            BatchKey key,
            ClientId client,
            String profile,
            long position,
            BatchState state,
            int operations,
            Instant acceptedAt,
            Optional<Instant> settledAt) {}

    Uni<List<Lane>> lanes(Optional<String> caller, Optional<ClientKey> after, int limit);

    Uni<List<Line>> batches(
            Optional<BatchState> state,
            Optional<String> caller,
            Optional<ClientId> client,
            Optional<BatchKey> after,
            int limit);
}
