package dev.tidegate.download;

import dev.tidegate.model.StoreName;
import io.smallrye.mutiny.Uni;

/**
 * Notices that changes were committed in a data store, by whomever, however late and in whatever order. One look at a store at a time.
 */
public interface ChangeWatch {

    /**
     * Where something was committed since the look before. Everywhere, when that is not known: at the first look, and at the first
     * after one that failed or after {@link #rest}.
     */
    Uni<ChangedLogs> look(StoreName store);

    /** Nobody wants to know any more for now: what was held for looking is given back. Not during a look. */
    void rest(StoreName store);
}
