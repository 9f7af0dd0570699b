package dev.tidegate.upload;

import dev.tidegate.model.StoreName;
import io.smallrye.mutiny.Uni;

/**
 * Applies parts in data stores, each in one transaction: first the claim on the lane, then the changes, then their outcomes
 * (store-protocol 1). So a part is applied once, however often and by however many it is tried.
 */
public interface ChangeWriter {

    /**
     * Fails with {@link StoreNotReady} when trying the same again later can help, and with any other exception when the
     * part itself seems to be the reason. Either way nothing was written, or the next attempt finds out that it was.
     */
    Uni<PartResult> apply(PartWork work);

    /** Prepares what the gateway keeps in the store. Harmless when that is there. */
    Uni<Void> prepare(StoreName store);
}
