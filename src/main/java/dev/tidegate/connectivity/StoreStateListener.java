package dev.tidegate.connectivity;

import dev.tidegate.model.StoreName;

/** Hears that the belief about a store changed. */
@FunctionalInterface
public interface StoreStateListener {
    void changed(StoreName store, StoreState from, StoreState to);
}
