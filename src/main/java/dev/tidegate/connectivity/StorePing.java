package dev.tidegate.connectivity;

import dev.tidegate.model.StoreName;
import io.smallrye.mutiny.Uni;

/** Asks a store whether it answers. Fails with any exception when it does not; has its own deadline. */
@FunctionalInterface
public interface StorePing {
    Uni<Void> ping(StoreName store);
}
