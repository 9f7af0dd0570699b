package dev.tidegate.ops;

import dev.tidegate.connectivity.StoreState;
import dev.tidegate.connectivity.StoreStates;
import dev.tidegate.edition.Editions;
import dev.tidegate.model.StoreName;
import dev.tidegate.observation.Observer;
import dev.tidegate.store.HibernateRecords;
import dev.tidegate.store.PgDeadLetters;
import dev.tidegate.store.PgLateQueue;
import dev.tidegate.store.PgQueueOverview;
import dev.tidegate.store.PgUploadQueue;
import dev.tidegate.upload.ApplyWorker;
import dev.tidegate.upload.ApplyWorkers;
import dev.tidegate.upload.Backlog;
import dev.tidegate.upload.BatchTracker;
import dev.tidegate.upload.DeadLetters;
import dev.tidegate.upload.FileContents;
import dev.tidegate.upload.FileShelf;
import dev.tidegate.upload.GroupBounds;
import dev.tidegate.upload.GroupCommit;
import dev.tidegate.upload.LateQueue;
import dev.tidegate.upload.LateRecall;
import dev.tidegate.upload.LateWorkers;
import dev.tidegate.upload.QueueOverview;
import dev.tidegate.upload.UploadQueue;
import dev.tidegate.upload.UploadRecords;
import io.quarkus.runtime.ShutdownEvent;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import io.vertx.mutiny.sqlclient.Pool;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Provider;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.util.Objects;
import java.util.random.RandomGenerator;
import org.hibernate.reactive.mutiny.Mutiny;

/** Wires the upload of offline batches, and starts and stops the workers that apply them. */
@Singleton
final class UploadWiring {
    private static final Duration LAST_WORK = Duration.ofSeconds(10);

    /** The longest that the end of the workers may take when the gateway stops. */
    static final Duration LONGEST_END = LAST_WORK.multipliedBy(2);

    private static final Duration RETRY_PATIENCE = Duration.ofMinutes(1);
    private static final long WAKE_MILLIS = 250;
    private static final long RENEW_MILLIS = 1_500;
    private static final long LATE_MILLIS = 1_000;

    @Produces
    @Singleton
    UploadQueue queue(Pool gatewayDatabase, TidegateConfig config) {
        return new PgUploadQueue(gatewayDatabase, config.database().timeout());
    }

    @Produces
    @Singleton
    PgLateQueue lateQueue(Pool gatewayDatabase, TidegateConfig config) {
        return new PgLateQueue(gatewayDatabase, config.database().timeout());
    }

    @Produces
    @Singleton
    UploadRecords records(Mutiny.SessionFactory sessions, Vertx vertx, TidegateConfig config) {
        return new HibernateRecords(sessions, vertx, config.database().timeout());
    }

    @Produces
    @Singleton
    QueueOverview overview(Pool gatewayDatabase, TidegateConfig config) {
        return new PgQueueOverview(gatewayDatabase, config.database().timeout());
    }

    @Produces
    @Singleton
    Backlog backlog(TidegateConfig config) {
        TidegateConfig.Limits limits = config.limits();
        return new Backlog(new Backlog.Limits(
                limits.queue(),
                limits.queueBytes().asLongValue(),
                limits.queuePerClient(),
                limits.queuePerClientBytes().asLongValue()));
    }

    @Produces
    @Singleton
    BatchTracker tracker(UploadRecords records, Clock clock) {
        return new BatchTracker(records, clock);
    }

    @Produces
    @Singleton
    LateWorkers lateWorkers(
            Editions editions,
            LateQueue queue,
            StoreStates states,
            BatchTracker tracker,
            Observer observer,
            TidegateConfig config) {
        return new LateWorkers(
                states.stores(),
                () -> editions.current().applying(),
                new LateWorkers.Tools(
                        queue, store -> states.of(store).isUsable(), tracker, observer, RandomGenerator.getDefault()),
                store -> pace(config, store));
    }

    @Produces
    @Singleton
    ApplyWorkers workers(
            Editions editions,
            UploadQueue queue,
            LateRecall recall,
            StoreStates states,
            BatchTracker tracker,
            LateWorkers late,
            Observer observer,
            Clock clock,
            TidegateConfig config) {
        ApplyWorker.Tools tools = new ApplyWorker.Tools(
                queue,
                recall,
                store -> states.of(store).isUsable(),
                tracker,
                late::came,
                observer,
                clock,
                RandomGenerator.getDefault());
        ApplyWorkers workers = new ApplyWorkers(
                states.stores(),
                store -> new ApplyWorker(store, () -> editions.current().applying(), tools, pace(config, store)));
        states.onChange((store, from, to) -> {
            if (to == StoreState.UP || !from.isUsable()) {
                workers.resume(store);
            }
        });
        return workers;
    }

    /** A group for each connection that is there for applying. */
    private static ApplyWorker.Pace pace(TidegateConfig config, StoreName store) {
        TidegateConfig.Apply apply = config.apply();
        return ApplyWorker.Pace.of(
                Objects.requireNonNull(config.stores().get(store.value()), "defaults")
                        .pool()
                        .applySize(),
                new GroupBounds(apply.groupSize(), apply.groupOperations(), apply.alone()),
                config.parking().patience());
    }

    @Produces
    @Singleton
    GroupCommit groups(UploadQueue queue, Observer observer, Backlog backlog, TidegateConfig config) {
        TidegateConfig.Intake intake = config.intake();
        return new GroupCommit(
                queue,
                backlog,
                observer,
                new GroupCommit.Bounds(
                        intake.groupSize(), intake.groupBytes().asLongValue(), intake.groups(), intake.linger()));
    }

    @Produces
    @Singleton
    DeadLetters letters(Pool gatewayDatabase, TidegateConfig config) {
        return new PgDeadLetters(gatewayDatabase, config.database().timeout(), RETRY_PATIENCE);
    }

    @Produces
    @Singleton
    UploadParts.Queued queued(
            UploadQueue queue,
            GroupCommit groups,
            UploadRecords records,
            BatchTracker tracker,
            DeadLetters letters,
            FileContents files,
            FileShelf shelf) {
        return new UploadParts.Queued(queue, groups, records, tracker, letters, files, shelf);
    }

    @Produces
    @Singleton
    UploadParts.Woken woken(Provider<ApplyWorkers> workers, Provider<LateWorkers> late) {
        return new UploadParts.Woken(workers, late);
    }

    /** At once for what an earlier process has left, then as often as another replica or a pause may need it. */
    void start(@Observes GatewayDatabaseReady ready, ApplyWorkers workers, LateWorkers late, Clockwork clockwork) {
        workers.wake();
        clockwork.every(LATE_MILLIS, late::wake);
        clockwork.every(WAKE_MILLIS, workers::wake);
        clockwork.every(RENEW_MILLIS, workers::renew);
    }

    /** What is under way may end; what does not is done again elsewhere, and its store knows if it was done. */
    void stop(@Observes @Priority(StopOrder.WORK) ShutdownEvent stop, ApplyWorkers workers, LateWorkers late) {
        Uni.join()
                .all(workers.stop(LAST_WORK), late.stop(LAST_WORK))
                .andCollectFailures()
                .await()
                .atMost(LONGEST_END);
    }
}
