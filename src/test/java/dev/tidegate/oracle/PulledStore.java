package dev.tidegate.oracle;

import dev.tidegate.connectivity.StoreStates;
import dev.tidegate.connectivity.Thresholds;
import dev.tidegate.download.Pulls;
import dev.tidegate.download.StoreSnapshots;
import dev.tidegate.model.Model;
import dev.tidegate.model.StoreName;
import dev.tidegate.policy.DownloadRules;
import dev.tidegate.policy.Rulebook;
import dev.tidegate.policy.WatchRules;
import dev.tidegate.seal.Seal;
import dev.tidegate.store.CallLimits;
import dev.tidegate.store.ChangeLogs;
import dev.tidegate.store.CircuitRules;
import dev.tidegate.store.LogLeftovers;
import dev.tidegate.store.PgStoreSnapshots;
import dev.tidegate.store.PreparedStores;
import dev.tidegate.store.StoreGuards;
import dev.tidegate.store.StoredProblems;
import dev.tidegate.testing.MovingClock;
import dev.tidegate.testing.TestDatabase;
import dev.tidegate.upload.Leftovers;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.PoolOptions;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;

/** A store that downloads read from, and gateways over it that come and go, with one secret and one clock of the test's own. */
final class PulledStore implements AutoCloseable {
    static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final StoreName NAME = ModelMaker.STORE;

    final MovingClock clock = new MovingClock();
    private final Pool pool;
    private final Seal seal = new Seal("a secret of the test's own making".getBytes(StandardCharsets.UTF_8));
    private final StoreSnapshots snapshots;

    PulledStore(Vertx vertx, TestDatabase database) {
        this(
                vertx,
                new PgConnectOptions()
                        .setHost(database.host())
                        .setPort(database.port())
                        .setDatabase(database.name())
                        .setUser(database.username())
                        .setPassword(database.password()));
    }

    PulledStore(Vertx vertx, PgConnectOptions address) {
        PgConnectOptions options = address.setCachePreparedStatements(true)
                .setPreparedStatementCacheMaxSize(512)
                .setPreparedStatementCacheSqlLimit(64 * 1024)
                .addProperty("TimeZone", "UTC")
                .addProperty("DateStyle", "ISO");
        pool = Pool.newInstance(PgBuilder.pool()
                .with(new PoolOptions().setMaxSize(2))
                .connectingTo(options)
                .using(vertx)
                .build());
        snapshots = new PgStoreSnapshots(_ -> pool, guards(), PATIENCE);
    }

    private static StoreGuards guards() {
        return new StoreGuards(
                Map.of(NAME, new CallLimits(4, 4, PATIENCE, 1)),
                new CircuitRules(1000, 1, Duration.ofMillis(1)),
                new StoreStates(Set.of(NAME), new Thresholds(1, 3, 1), Duration.ofSeconds(1)),
                _ -> Uni.createFrom().voidItem(),
                _ -> {});
    }

    /** As a gateway that has started just now, for clients that ask for no receipts. */
    Pulls gateway(Model model) {
        return gateway(model, UnaryOperator.identity());
    }

    Pulls gateway(Model model, UnaryOperator<StoreSnapshots> seen) {
        return new Pulls(
                model,
                new DownloadRules(Rulebook.of(model)),
                seal,
                new Pulls.Sources(
                        seen.apply(snapshots),
                        (client, _) -> {
                            throw new IllegalStateException(client + " has no batches");
                        },
                        new StoredProblems()),
                clock,
                _ -> {});
    }

    /** What the gateway does about the change logs from time to time; what is wanting still, as somebody stood in the way. */
    List<String> look(Model model) {
        ChangeLogs logs = new ChangeLogs(
                model, WatchRules.watched(Rulebook.of(model)), _ -> pool, new PreparedStores(model, _ -> pool));
        return logs.keep(NAME)
                .map(ChangeLogs.Look::wanting)
                .onFailure(PgException.class)
                .recoverWithItem(failure -> List.of(failure.toString()))
                .await()
                .atMost(PATIENCE);
    }

    /** Whatever the logs hold is of so long ago. */
    static void age(TestDatabase database, Duration by) {
        database.column("SELECT name FROM tidegate.log")
                .forEach(log -> database.run(
                        "UPDATE tidegate.\"" + log + "\" SET at = at - interval '" + by.toSeconds() + " seconds'"));
    }

    /** What is older goes from the logs. */
    void forget(Duration age) {
        Leftovers.Sweep sweep = new LogLeftovers(() -> pool, PATIENCE).sweep(age);
        boolean more = true;
        while (more) {
            more = sweep.next().await().atMost(PATIENCE).more();
        }
    }

    @Override
    public void close() {
        pool.closeAndForget();
    }
}
