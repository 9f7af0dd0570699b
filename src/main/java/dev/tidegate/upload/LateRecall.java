package dev.tidegate.upload;

import dev.tidegate.model.StoreName;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * Operations that were applied after the turn of their part, to be recalled when their store has lost them. Fails as
 * {@link LateQueue} does.
 */
public interface LateRecall {

    /**
     * Units that were applied in a store in the last 30 days (what stores remember is kept for 90 at the least), a page of them,
     * in order, after {@code after}.
     */
    Uni<List<LatePlace>> applied(StoreName store, Optional<LatePlace> after, int most);

    /**
     * Has units wait again that their store has lost; those that do so already are left as they are. Answers how many it were.
     * They may wait for objects for {@code patience} at the least.
     */
    Uni<Integer> takeBack(Collection<LatePlace> lost, Duration patience);
}
