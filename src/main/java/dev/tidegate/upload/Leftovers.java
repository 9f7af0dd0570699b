package dev.tidegate.upload;

import io.smallrye.mutiny.Uni;
import java.time.Duration;

/**
 * What one database keeps of settled batches, and forgets when it is old enough. Of several processes that clean up at
 * once one does, and the others find nothing to do.
 */
public interface Leftovers {

    /** A pass over those that are older than {@code age} by the database's own clock, oldest first. */
    Sweep sweep(Duration age);

    /** One pass, step by step. */
    interface Sweep {
        /** A short step, in a transaction of its own. */
        Uni<Step> next();
    }

    /** How many a step has forgotten, and whether another one may find some. */
    record Step(long forgotten, boolean more) {}
}
