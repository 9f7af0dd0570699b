package dev.tidegate.ops.tracing;

import dev.tidegate.download.StoreSnapshot;
import dev.tidegate.download.StoreSnapshots;
import dev.tidegate.model.StoreName;
import io.smallrye.mutiny.Uni;
import java.util.Collection;
import java.util.function.Function;

/** Follows each moment of a store that a download reads. */
record TracedSnapshots(StoreSnapshots snapshots, Traces traces) implements StoreSnapshots {
    @Override
    public <T> Uni<T> in(StoreName store, Collection<String> logs, Function<StoreSnapshot, Uni<T>> work) {
        return traces.call(store, "snapshot", () -> snapshots.in(store, logs, work));
    }
}
