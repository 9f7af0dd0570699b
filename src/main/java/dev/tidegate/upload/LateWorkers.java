package dev.tidegate.upload;

import dev.tidegate.model.StoreName;
import dev.tidegate.observation.Observer;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/**
 * The late workers of all stores, one each. They look now and then, and at once when this process hears of objects that units
 * wait for.
 */
public final class LateWorkers {
    private static final int MOST_AWAITED = 100_000;

    private final Map<StoreName, LateWorker> workers = new TreeMap<>();
    private final Awaited awaited = new Awaited(MOST_AWAITED);
    private final LateQueue queue;

    /** What late workers work with, whatever the model. */
    public record Tools(
            LateQueue queue,
            Predicate<StoreName> usable,
            BatchTracker tracker,
            Observer observer,
            RandomGenerator jitter) {}

    /** {@code current}: asked at the beginning of each group, which is applied by that to its end. */
    public LateWorkers(
            Set<StoreName> stores,
            Supplier<Applying> current,
            Tools tools,
            Function<StoreName, ApplyWorker.Pace> pace) {
        this.queue = tools.queue();
        stores.forEach(store ->
                workers.put(store, new LateWorker(store, current, tools, pace.apply(store), awaited, this::came)));
    }

    /** Something may be to do. Returns at once. */
    public void wake() {
        workers.values().forEach(LateWorker::wake);
    }

    /** These objects have come into being, or will not: those who wait for that are tried at once. Returns at once. */
    public void came(Set<ObjectKey> objects) {
        Set<LatePlace> called = awaited.call(objects);
        if (!called.isEmpty()) {
            Set<StoreName> stores = called.stream().map(LatePlace::store).collect(Collectors.toSet());
            queue.resume(called).subscribe().with(_ -> wake(stores), _ -> {});
        }
    }

    private void wake(Set<StoreName> stores) {
        stores.forEach(store -> Optional.ofNullable(workers.get(store)).ifPresent(LateWorker::wake));
    }

    /** Ends when what was under way has ended, or after {@code most}; takes no more work, and gives back what it holds. */
    public Uni<Void> stop(Duration most) {
        return workers.isEmpty()
                ? Uni.createFrom().voidItem()
                : Uni.join()
                        .all(workers.values().stream()
                                .map(worker -> worker.stop(most))
                                .toList())
                        .andCollectFailures()
                        .replaceWithVoid();
    }
}
