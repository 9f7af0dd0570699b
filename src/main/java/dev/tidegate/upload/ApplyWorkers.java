package dev.tidegate.upload;

import dev.tidegate.model.StoreName;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;

/** The workers of all stores, one each, woken, renewed and stopped together. */
public final class ApplyWorkers {
    private final Map<StoreName, ApplyWorker> workers;

    public ApplyWorkers(Set<StoreName> stores, Function<StoreName, ApplyWorker> worker) {
        Map<StoreName, ApplyWorker> all = new TreeMap<>();
        stores.forEach(store -> all.put(store, worker.apply(store)));
        this.workers = Collections.unmodifiableMap(all);
    }

    /** Something may be to do. Returns at once. */
    public void wake() {
        workers.values().forEach(ApplyWorker::wake);
    }

    /** The same, in one store. */
    public void wake(StoreName store) {
        Optional.ofNullable(workers.get(store)).ifPresent(ApplyWorker::wake);
    }

    /** Prolongs the leases of what is under way; to be called several times within a lease. */
    public void renew() {
        workers.values().forEach(ApplyWorker::renew);
    }

    /** A store can be used again. */
    public void resume(StoreName store) {
        Optional.ofNullable(workers.get(store)).ifPresent(ApplyWorker::resume);
    }

    /** As {@link ApplyWorker#stop}, all at once. */
    public Uni<Void> stop(Duration most) {
        return Uni.join()
                .all(workers.values().stream().map(worker -> worker.stop(most)).toList())
                .andCollectFailures()
                .replaceWithVoid();
    }
}
