package dev.tidegate.read;

import dev.tidegate.model.StoreName;
import io.smallrye.mutiny.Uni;
import java.time.Duration;

/**
 * Writes one object in a data store, in one transaction (store-protocol 4): the key is claimed where there is one, the object
 * locked, the change judged in a statement after that, written, read again, its answer remembered. Of two requests under the
 * same key one waits for the other and gets its answer.
 *
 * <p>Fails with {@link NotWritten} when nothing was written and the same may work at once; with a
 * {@link dev.tidegate.problem.Refusal} of {@code store-unavailable} when nothing was written, since the store cannot be
 * reached; of {@code store-timeout} when it did not answer in time, or it is not known whether the change was made.
 */
public interface ObjectWriter {

    Uni<WriteResult> write(WriteWork work);

    /** Forgets some answers that are older than this; how many. Touches nothing in a store where nothing was written yet. */
    Uni<Integer> forget(StoreName store, Duration olderThan);
}
