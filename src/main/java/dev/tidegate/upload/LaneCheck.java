package dev.tidegate.upload;

import dev.tidegate.model.LaneId;
import dev.tidegate.model.StoreName;
import dev.tidegate.observation.Observation;
import dev.tidegate.observation.Observer;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Looks whether a store still has what it has confirmed (store-protocol 22): after a restore, or when a standby took over that
 * lacked the last commits, its lanes stand behind what the queue has as settled, or know nothing of what was applied after its
 * turn; and what the queue still has of that waits again. So it is applied also for clients that send nothing more.
 */
final class LaneCheck {
    private static final int PAGE = 1_000;

    private final StoreName store;
    private final UploadQueue queue;
    private final LateRecall late;
    private final ChangeWriter writer;
    private final Observer observer;
    private final Duration patience;

    LaneCheck(StoreName store, ChangeWriter writer, ApplyWorker.Tools tools, Duration patience) {
        this.store = store;
        this.queue = tools.queue();
        this.late = tools.late();
        this.writer = writer;
        this.observer = tools.observer();
        this.patience = patience;
    }

    /** Completes with how many parts, and operations by themselves, wait again. */
    Uni<Integer> check() {
        return pages(after -> queue.settledLanes(store, after.map(UploadQueue.SettledLane::lane), PAGE), this::taken)
                .flatMap(parts -> pages(after -> late.applied(store, after, PAGE), this::takenLate)
                        .map(units -> parts + units))
                .invoke(again -> {
                    if (again > 0) {
                        observer.see(new Observation.HistoryLost(store, Observation.LostBy.STORE, again));
                    }
                });
    }

    /** Goes through pages, each after the last of the one before, and sums up what has come of them. */
    private static <T> Uni<Integer> pages(
            Function<Optional<T>, Uni<List<T>>> page, Function<List<T>, Uni<Integer>> work) {
        return pages(Optional.empty(), page, work);
    }

    private static <T> Uni<Integer> pages(
            Optional<T> after, Function<Optional<T>, Uni<List<T>>> page, Function<List<T>, Uni<Integer>> work) {
        return page.apply(after)
                .flatMap(found -> found.isEmpty()
                        ? Uni.createFrom().item(0)
                        : work.apply(found)
                                .flatMap(done -> found.size() < PAGE
                                        ? Uni.createFrom().item(done)
                                        : pages(Optional.of(found.getLast()), page, work)
                                                .map(rest -> done + rest)));
    }

    private Uni<Integer> takenLate(List<LatePlace> page) {
        return writer.unknown(store, page)
                .flatMap(lost -> lost.isEmpty() ? Uni.createFrom().item(0) : late.takeBack(lost, patience));
    }

    /** In this order: what the queue had as settled before the store was asked, the store had committed. */
    private Uni<Integer> taken(List<UploadQueue.SettledLane> page) {
        return writer.stands(store, page.stream().map(this::inStore).toList()).flatMap(stands -> {
            List<UploadQueue.SettledLane> behind = page.stream()
                    .filter(lane -> stand(lane, stands) < lane.position())
                    .toList();
            return behind.isEmpty()
                    ? Uni.createFrom().item(0)
                    : Uni.join()
                            .all(behind.stream()
                                    .map(lane -> queue.takeBack(store, lane.lane(), stand(lane, stands), patience))
                                    .toList())
                            .usingConcurrencyOf(1)
                            .andFailFast()
                            .map(all -> all.stream().mapToInt(Integer::intValue).sum());
        });
    }

    private long stand(UploadQueue.SettledLane lane, Map<LaneId, Long> stands) {
        return stands.getOrDefault(inStore(lane), 0L);
    }

    private LaneId inStore(UploadQueue.SettledLane lane) {
        return lane.lane().in(store);
    }
}
