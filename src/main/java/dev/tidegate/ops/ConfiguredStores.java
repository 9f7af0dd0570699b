package dev.tidegate.ops;

import dev.tidegate.model.StoreName;
import dev.tidegate.store.StoreAccess;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/** How each store of the model is reached, complete: no store of the model is missing. */
record ConfiguredStores(Map<StoreName, StoreAccess> all) {
    ConfiguredStores {
        all = Collections.unmodifiableMap(new TreeMap<>(all));
    }
}
