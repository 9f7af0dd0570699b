package dev.tidegate.ops;

import dev.tidegate.observation.Observer;
import dev.tidegate.policy.ChangeRules;
import dev.tidegate.policy.IdRules;
import dev.tidegate.policy.Rulebook;
import dev.tidegate.store.GuardedChangeWriter;
import dev.tidegate.store.PgChangeWriter;
import dev.tidegate.store.PgIdSource;
import dev.tidegate.store.PreparedStores;
import dev.tidegate.store.StoreGuards;
import dev.tidegate.store.StorePools;
import dev.tidegate.upload.ApplyWorkers;
import dev.tidegate.upload.Applying;
import dev.tidegate.upload.BatchIntake;
import dev.tidegate.upload.BatchTracker;
import dev.tidegate.upload.DeadLetterDesk;
import dev.tidegate.upload.DeadLetters;
import dev.tidegate.upload.FileContents;
import dev.tidegate.upload.FileShelf;
import dev.tidegate.upload.GroupCommit;
import dev.tidegate.upload.IdBlocks;
import dev.tidegate.upload.IdSource;
import dev.tidegate.upload.LateWorkers;
import dev.tidegate.upload.UploadQueue;
import dev.tidegate.upload.UploadRecords;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import jakarta.inject.Provider;
import jakarta.inject.Singleton;
import java.time.Clock;

/** Makes the parts of an edition that take batches in and apply them. The workers, which ask for the edition, last. */
@Singleton
final class UploadParts {
    private final Queued queued;
    private final Woken woken;
    private final StorePools pools;
    private final StoreGuards guards;
    private final Clock clock;
    private final Observer observer;
    private final TidegateConfig config;

    UploadParts(
            Queued queued,
            Woken woken,
            StorePools pools,
            StoreGuards guards,
            Clock clock,
            Observer observer,
            TidegateConfig config) {
        this.queued = queued;
        this.woken = woken;
        this.pools = pools;
        this.guards = guards;
        this.clock = clock;
        this.observer = observer;
        this.config = config;
    }

    /** What is kept in the gateway's own database. */
    record Queued(
            UploadQueue queue,
            GroupCommit groups,
            UploadRecords records,
            BatchTracker tracker,
            DeadLetters letters,
            FileContents files,
            FileShelf shelf) {}

    /** Who is told that there is something to do. */
    record Woken(Provider<ApplyWorkers> workers, Provider<LateWorkers> late) {}

    BatchIntake intake(Rulebook rulebook, ChangeRules rules) {
        return new BatchIntake(
                rulebook,
                rules,
                queued.queue(),
                queued.groups(),
                queued.records(),
                queued.files(),
                queued.tracker(),
                observer,
                Infrastructure.getDefaultWorkerPool(),
                store -> Trails.apart(() -> woken.workers().get().wake(store)),
                config.limits().operations());
    }

    DeadLetterDesk desk(Rulebook rulebook, ChangeRules rules) {
        return new DeadLetterDesk(
                rulebook,
                rules,
                queued.letters(),
                queued.files(),
                observer,
                Infrastructure.getDefaultWorkerPool(),
                () -> Trails.apart(() -> woken.late().get().wake()));
    }

    IdBlocks ids(Rulebook rulebook) {
        IdSource source =
                new PgIdSource(rulebook.model(), pools::pool, config.limits().readTimeout());
        return new IdBlocks(
                rulebook.model(),
                new IdRules(rulebook),
                (store, entity, count) -> guards.guard(store, () -> source.next(store, entity, count)));
    }

    Applying applying(Rulebook rulebook, ChangeRules rules, PreparedStores prepared) {
        return new Applying(
                rulebook,
                rules,
                new GuardedChangeWriter(
                        new PgChangeWriter(
                                rulebook.model(),
                                rules::objection,
                                pools::applyPool,
                                prepared,
                                clock,
                                queued.shelf()::whole),
                        guards));
    }
}
