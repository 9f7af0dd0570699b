package dev.tidegate.upload;

import dev.tidegate.model.StoreName;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.UUID;

/**
 * What the gateway's database knows of operations that are applied after the turn of their part: parked ones, and those that
 * are retried. At-least-once, as {@link UploadQueue}: what makes it exactly-once is their key in the data store
 * (store-protocol 1).
 *
 * <p>Every method fails with a {@link dev.tidegate.problem.Refusal} of {@code queue-unavailable} when the database does not
 * answer in time.
 */
public interface LateQueue {

    /**
     * Leases about {@code most} units of a store that are not paused, those first that have waited longest for it, and gives
     * them by part, in the order in which they came to wait. Units of one part are leased together: they may need each other.
     */
    Uni<List<LatePart>> lease(UUID worker, StoreName store, int most, Duration lease);

    /** Puts outcomes in the place of those that were kept before, all or none. Harmless when that was done before. */
    Uni<Void> settle(Collection<LateSettled> ended);

    /** Gives back what has to go on waiting, for a moment that grows with the time that it has waited already. */
    Uni<Void> pause(Collection<LatePlace> waiting);

    /** Gives back what could not be applied now, not to be given before {@code pause} is over. */
    Uni<Void> postpone(Collection<LatePlace> units, Duration pause, boolean ownFault);

    /** Ends pauses. */
    Uni<Void> resume(Collection<LatePlace> units);

    /** Gives back all that the worker holds, at its end. */
    Uni<Void> release(UUID worker);
}
