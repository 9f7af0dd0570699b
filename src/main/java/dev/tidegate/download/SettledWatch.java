package dev.tidegate.download;

import dev.tidegate.model.ClientKey;
import io.smallrye.mutiny.Uni;
import java.util.function.Predicate;

/**
 * Notices that batches were settled, or what of them was still parked, whichever replica did it. One look at a time.
 */
public interface SettledWatch {

    /** What was settled since the look before, of those clients that {@code listens} holds for. */
    Uni<Settlements> look(Predicate<ClientKey> listens);

    /** As {@link ChangeWatch#rest}. */
    void rest();
}
