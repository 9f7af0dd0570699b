package dev.tidegate.ops;

import dev.tidegate.connectivity.StoreStates;
import dev.tidegate.download.ChangeHints;
import dev.tidegate.download.Pulls;
import dev.tidegate.download.WatchPace;
import dev.tidegate.edition.Groundwork;
import dev.tidegate.model.Model;
import dev.tidegate.observation.Observer;
import dev.tidegate.policy.DownloadRules;
import dev.tidegate.policy.HintRules;
import dev.tidegate.policy.Rulebook;
import dev.tidegate.policy.WatchRules;
import dev.tidegate.seal.Seal;
import dev.tidegate.store.ChangeLogs;
import dev.tidegate.store.PgChangeWatch;
import dev.tidegate.store.PgSettledWatch;
import dev.tidegate.store.PreparedStores;
import dev.tidegate.store.StorePools;
import io.vertx.mutiny.sqlclient.Pool;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;

/** Makes the parts of an edition that tell what has changed: the logs, the hints that there is something in them, and the downloads. */
@Singleton
final class DownloadParts {
    private static final WatchPace PACE =
            new WatchPace(Duration.ofMillis(2), Duration.ofMillis(8), Duration.ofMillis(250));

    private final Read read;
    private final ChangeLogWiring logs;
    private final Clockwork clockwork;
    private final Clock clock;
    private final Observer observer;
    private final TidegateConfig config;

    DownloadParts(
            Read read,
            ChangeLogWiring logs,
            Clockwork clockwork,
            Clock clock,
            Observer observer,
            TidegateConfig config) {
        this.read = read;
        this.logs = logs;
        this.clockwork = clockwork;
        this.clock = clock;
        this.observer = observer;
        this.config = config;
    }

    /** What is read, and how cursors are sealed. */
    record Read(StorePools pools, StoreStates states, Pool gatewayDatabase, Pulls.Sources sources, Seal seal) {}

    Pulls pulls(Rulebook rulebook) {
        return new Pulls(rulebook.model(), new DownloadRules(rulebook), read.seal(), read.sources(), clock, observer);
    }

    ChangeHints hints(Rulebook rulebook) {
        Model model = rulebook.model();
        return new ChangeHints(
                read.states().stores(),
                model,
                new HintRules(rulebook),
                new ChangeHints.Tools(
                        PgChangeWatch.over(
                                read.pools(),
                                model,
                                WatchRules.watched(rulebook),
                                config.limits().readTimeout()),
                        new PgSettledWatch(
                                read.gatewayDatabase(), model, config.database().timeout()),
                        store -> read.states().of(store).isUsable(),
                        observer,
                        (pause, then) -> clockwork.after(pause.toMillis(), then),
                        PACE),
                config.changes().listeners());
    }

    Groundwork groundwork(Rulebook rulebook, PreparedStores prepared) {
        return logs.groundwork(
                new ChangeLogs(rulebook.model(), WatchRules.watched(rulebook), read.pools()::applyPool, prepared));
    }
}
