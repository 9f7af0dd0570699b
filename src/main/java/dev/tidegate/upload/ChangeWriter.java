package dev.tidegate.upload;

import dev.tidegate.model.LaneId;
import dev.tidegate.model.StoreName;
import io.smallrye.mutiny.Uni;
import java.util.List;
import java.util.Map;

/**
 * Applies groups of parts in data stores, each group in one transaction: first the claims on the lanes, then the changes, then
 * their outcomes (store-protocol 1 and 4). So a part is applied once, however often and by however many it is tried.
 */
public interface ChangeWriter {

    /**
     * Applies parts of one store and of different lanes; a result for each, in their order. The outcomes are those of the parts
     * applied one after the other, but a part is not undone by what happens in another.
     *
     * <p>Fails as a whole, with {@link StoreNotReady} when trying the same again later can help, and with any other exception
     * when one of the parts seems to be the reason. Either way nothing was written, or the next attempt finds out that it was.
     */
    Uni<List<PartResult>> apply(List<PartWork> group);

    /**
     * Where lanes stand in a store, as it has committed; those that are not there have nothing. Fails as {@link #apply} does.
     *
     * @param lanes as the store names them
     */
    Uni<Map<LaneId, Long>> stands(StoreName store, List<LaneId> lanes);

    /**
     * Those of the units, of positions that the store's lanes have reached, of which the store knows nothing. Fails as
     * {@link #apply} does.
     */
    Uni<List<LatePlace>> unknown(StoreName store, List<LatePlace> units);

    /** Prepares what the gateway keeps in the store. Harmless when that is there. */
    Uni<Void> prepare(StoreName store);
}
