package dev.tidegate.download;

import dev.tidegate.model.StoreName;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** What a cursor of a download holds: how far its client is with each data store; nothing of one that it has nothing of yet; and which receipt it has. */
record PullCursor(Map<StoreName, StoreState> stores, ReceiptMark receipt) {
    static final PullCursor NOTHING = new PullCursor(Map.of(), ReceiptMark.NONE);

    PullCursor {
        stores = Collections.unmodifiableMap(new TreeMap<>(stores));
    }

    PullCursor with(StoreName store, StoreState state) {
        Map<StoreName, StoreState> all = new TreeMap<>(stores);
        all.put(store, state);
        return new PullCursor(all, receipt);
    }

    /** Whatever else the client held is cleared. */
    PullCursor holding(Set<Integer> sets) {
        Map<StoreName, StoreState> all = new TreeMap<>(stores);
        all.replaceAll((_, state) -> state.holding(sets));
        return new PullCursor(all, receipt);
    }

    /** A receipt was given of the moments of these stores. */
    PullCursor with(ReceiptMark given, Set<StoreName> asked) {
        Map<StoreName, StoreState> all = new TreeMap<>(stores);
        all.replaceAll((store, state) ->
                state instanceof StoreState.At at && asked.contains(store) ? at.withReceipt() : state);
        return new PullCursor(all, given);
    }
}
