package dev.tidegate.ops;

import dev.tidegate.model.StoreName;
import dev.tidegate.store.StoreAccess;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/** How each store is reached that is configured or that the model at start names; of those none is missing. They last, whatever model comes. */
record ConfiguredStores(Map<StoreName, StoreAccess> all) {
    ConfiguredStores {
        all = Collections.unmodifiableMap(new TreeMap<>(all));
    }
}
