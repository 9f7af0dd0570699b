package dev.tidegate.ops;

import dev.tidegate.connectivity.StoreState;
import dev.tidegate.connectivity.StoreStates;
import dev.tidegate.model.Model;
import dev.tidegate.model.StoreName;
import dev.tidegate.observation.Observer;
import dev.tidegate.policy.ChangeRules;
import dev.tidegate.policy.IdRules;
import dev.tidegate.policy.Rulebook;
import dev.tidegate.store.GuardedChangeWriter;
import dev.tidegate.store.HibernateRecords;
import dev.tidegate.store.PgChangeWriter;
import dev.tidegate.store.PgDeadLetters;
import dev.tidegate.store.PgIdSource;
import dev.tidegate.store.PgLateQueue;
import dev.tidegate.store.PgQueueOverview;
import dev.tidegate.store.PgUploadQueue;
import dev.tidegate.store.PreparedStores;
import dev.tidegate.store.StoreGuards;
import dev.tidegate.store.StorePools;
import dev.tidegate.upload.ApplyWorker;
import dev.tidegate.upload.ApplyWorkers;
import dev.tidegate.upload.Backlog;
import dev.tidegate.upload.BatchIntake;
import dev.tidegate.upload.BatchTracker;
import dev.tidegate.upload.ChangeWriter;
import dev.tidegate.upload.DeadLetterDesk;
import dev.tidegate.upload.FileContents;
import dev.tidegate.upload.FileShelf;
import dev.tidegate.upload.GroupBounds;
import dev.tidegate.upload.GroupCommit;
import dev.tidegate.upload.IdBlocks;
import dev.tidegate.upload.IdSource;
import dev.tidegate.upload.LateQueue;
import dev.tidegate.upload.LateRecall;
import dev.tidegate.upload.LateWorkers;
import dev.tidegate.upload.QueueOverview;
import dev.tidegate.upload.UploadQueue;
import dev.tidegate.upload.UploadRecords;
import io.quarkus.runtime.ShutdownEvent;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import io.vertx.core.Vertx;
import io.vertx.mutiny.sqlclient.Pool;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
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
    PreparedStores preparedStores(Model model, StorePools pools, Hosting hosting) {
        return new PreparedStores(model, pools::applyPool, hosting::isVerified);
    }

    @Produces
    @Singleton
    ChangeWriter writer(
            Model model,
            ChangeRules rules,
            StorePools pools,
            StoreGuards guards,
            PreparedStores prepared,
            FileShelf files,
            Clock clock) {
        return new GuardedChangeWriter(
                new PgChangeWriter(model, rules::objection, pools::applyPool, prepared, clock, files::whole), guards);
    }

    @Produces
    @Singleton
    LateWorkers lateWorkers(
            Rulebook rulebook,
            ChangeRules rules,
            LateQueue queue,
            ChangeWriter writer,
            StoreStates states,
            BatchTracker tracker,
            Observer observer,
            TidegateConfig config) {
        return new LateWorkers(
                states.stores(),
                rulebook,
                rules,
                new LateWorkers.Tools(
                        queue,
                        writer,
                        store -> states.of(store).isUsable(),
                        tracker,
                        observer,
                        RandomGenerator.getDefault()),
                store -> pace(config, store));
    }

    @Produces
    @Singleton
    ApplyWorkers workers(
            Rulebook rulebook,
            ChangeRules rules,
            UploadQueue queue,
            LateRecall recall,
            ChangeWriter writer,
            StoreStates states,
            BatchTracker tracker,
            LateWorkers late,
            Observer observer,
            Clock clock,
            TidegateConfig config) {
        ApplyWorker.Tools tools = new ApplyWorker.Tools(
                queue,
                recall,
                writer,
                store -> states.of(store).isUsable(),
                tracker,
                late::came,
                observer,
                clock,
                RandomGenerator.getDefault());
        ApplyWorkers workers = new ApplyWorkers(
                states.stores(), store -> new ApplyWorker(store, rulebook, rules, tools, pace(config, store)));
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
    BatchIntake intake(
            Rulebook rulebook,
            ChangeRules rules,
            UploadQueue queue,
            UploadRecords records,
            FileContents files,
            BatchTracker tracker,
            ApplyWorkers workers,
            Observer observer,
            Backlog backlog,
            TidegateConfig config) {
        TidegateConfig.Intake intake = config.intake();
        return new BatchIntake(
                rulebook,
                rules,
                queue,
                records,
                files,
                tracker,
                observer,
                Infrastructure.getDefaultWorkerPool(),
                store -> Trails.apart(() -> workers.wake(store)),
                new BatchIntake.Bounds(
                        config.limits().operations(),
                        new GroupCommit.Bounds(
                                intake.groupSize(),
                                intake.groupBytes().asLongValue(),
                                intake.groups(),
                                intake.linger()),
                        backlog));
    }

    @Produces
    @Singleton
    DeadLetterDesk desk(
            Rulebook rulebook,
            ChangeRules rules,
            Pool gatewayDatabase,
            FileContents files,
            LateWorkers late,
            Observer observer,
            TidegateConfig config) {
        return new DeadLetterDesk(
                rulebook,
                rules,
                new PgDeadLetters(gatewayDatabase, config.database().timeout(), RETRY_PATIENCE),
                files,
                observer,
                Infrastructure.getDefaultWorkerPool(),
                () -> Trails.apart(late::wake));
    }

    @Produces
    @Singleton
    IdBlocks ids(Model model, Rulebook rulebook, StorePools pools, StoreGuards guards, TidegateConfig config) {
        IdSource source = new PgIdSource(model, pools::pool, config.limits().readTimeout());
        return new IdBlocks(
                model,
                new IdRules(rulebook),
                (store, entity, count) -> guards.guard(store, () -> source.next(store, entity, count)));
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
