package dev.tidegate.download;

import dev.tidegate.model.StoreName;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/** What a cursor of a download holds: how far its client is with each data store; nothing of one that it has nothing of yet. */
record PullCursor(Map<StoreName, StoreState> stores) {
    static final PullCursor NOTHING = new PullCursor(Map.of());

    PullCursor {
        stores = Collections.unmodifiableMap(new TreeMap<>(stores));
    }

    PullCursor with(StoreName store, StoreState state) {
        Map<StoreName, StoreState> all = new TreeMap<>(stores);
        all.put(store, state);
        return new PullCursor(all);
    }
}
