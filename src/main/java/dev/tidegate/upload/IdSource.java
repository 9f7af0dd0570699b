package dev.tidegate.upload;

import dev.tidegate.model.EntityName;
import dev.tidegate.model.StoreName;
import io.smallrye.mutiny.Uni;
import java.util.List;

/** New ids of a store, each given once and never again, also when nobody uses it. */
public interface IdSource {

    /**
     * So many ids from the sequence of the entity's hierarchy. Fails with a {@link dev.tidegate.problem.Refusal} of
     * {@code store-unavailable} or {@code store-timeout} when the store does not give them.
     */
    Uni<List<Long>> next(StoreName store, EntityName entity, int count);
}
