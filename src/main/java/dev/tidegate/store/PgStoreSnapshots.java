package dev.tidegate.store;

import dev.tidegate.download.StoreSnapshot;
import dev.tidegate.download.StoreSnapshots;
import dev.tidegate.model.StoreName;
import dev.tidegate.problem.Problem;
import dev.tidegate.problem.ProblemCode;
import dev.tidegate.problem.Refusal;
import dev.tidegate.sql.LogBook;
import dev.tidegate.sql.SnapshotStatements;
import dev.tidegate.sql.SqlQuery;
import dev.tidegate.sql.SqlStatement;
import io.smallrye.mutiny.Uni;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import io.vertx.pgclient.PgException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Moments of PostgreSQL stores, as transactions that read one snapshot, each store behind its guard. What such a moment has seen may not
 * have reached the disk yet; its outcome waits for that (store-protocol 13).
 */
public final class PgStoreSnapshots implements StoreSnapshots {
    private static final String UNDEFINED_TABLE = "42P01";
    private static final String UNDEFINED_SCHEMA = "3F000";
    private static final String LOCK_NOT_AVAILABLE = "55P03";
    private static final Duration SOON = Duration.ofSeconds(5);
    private static final Duration FIRST_LOOK = Duration.ofMillis(1);
    private static final Duration LONGEST_LOOK = Duration.ofMillis(8);
    private static final int LOOKS = 5;

    private final Function<StoreName, Pool> pools;
    private final StoreGuards guards;
    private final Duration deadline;
    private final Map<StoreName, Uni<Void>> flushes = new ConcurrentHashMap<>();

    /** {@code deadline}: how long one statement may take. */
    public PgStoreSnapshots(Function<StoreName, Pool> pools, StoreGuards guards, Duration deadline) {
        this.pools = pools;
        this.guards = guards;
        this.deadline = deadline;
    }

    @Override
    public <T> Uni<T> in(StoreName store, Collection<String> logs, Function<StoreSnapshot, Uni<T>> work) {
        return guards.guard(
                store,
                () -> moment(store, logs, work)
                        .onFailure(UnknownRun.class)
                        .recoverWithUni(_ -> pools.apply(store)
                                .query(SnapshotStatements.BEGIN_RUN)
                                .execute()
                                .flatMap(_ -> moment(store, logs, work)))
                        .onFailure()
                        .transform(failure -> StoreFailures.translated(store, meanwhile(store, failure))));
    }

    private <T> Uni<T> moment(StoreName store, Collection<String> logs, Function<StoreSnapshot, Uni<T>> work) {
        String begin = SnapshotStatements.begin(
                logs, deadline.toMillis(), deadline.multipliedBy(2).toMillis());
        Pool pool = pools.apply(store);
        return pool.getConnection()
                .flatMap(connection -> opened(store, connection, begin)
                        .flatMap(opened -> work.apply(opened).call(() -> ended(store, connection, opened.written())))
                        .onFailure()
                        .call(_ -> Transactions.plain(connection, "ROLLBACK")
                                .onFailure()
                                .recoverWithNull())
                        .onTermination()
                        .call(connection::close));
    }

    /** The question is sent behind the locks without waiting for them, and taken up by the store after them. */
    private Uni<Opened> opened(StoreName store, SqlConnection connection, String begin) {
        return Uni.combine()
                .all()
                .unis(
                        Transactions.plain(connection, begin),
                        connection.preparedQuery(SnapshotStatements.OPENING).execute())
                .with((_, rows) -> opened(store, connection, rows.iterator().next()));
    }

    /** As a rule what was seen is on the disk by then, and this is one way there and back. */
    private Uni<Void> ended(StoreName store, SqlConnection connection, String written) {
        return Uni.combine()
                .all()
                .unis(Transactions.plain(connection, "COMMIT"), isDurable(connection, written))
                .with((_, is) -> is)
                .flatMap(is -> is ? Uni.createFrom().voidItem() : durable(store, connection, written));
    }

    private Opened opened(StoreName store, SqlConnection connection, Row row) {
        if (Boolean.TRUE.equals(row.getBoolean("standby"))) {
            throw unavailable(
                    "Data store '" + store + "' is a standby at the moment, which cannot tell what has changed.");
        }
        if (!Boolean.TRUE.equals(row.getBoolean("in_known_run"))) {
            throw new UnknownRun();
        }
        return new Opened(connection, row.getString("written"), opening(row));
    }

    private static StoreSnapshot.Opening opening(Row row) {
        JsonObject members = row.getJsonObject("members");
        Map<Integer, Map<String, Integer>> bits = new HashMap<>();
        members.fieldNames()
                .forEach(number -> bits.put(Integer.valueOf(number), numbers(members.getJsonObject(number))));
        Map<String, Long> pruned = new HashMap<>();
        JsonObject logs = row.getJsonObject("pruned");
        logs.fieldNames().forEach(log -> pruned.put(log, Long.parseLong(logs.getString(log))));
        return new StoreSnapshot.Opening(
                row.getString("snapshot"),
                row.getString("identity"),
                row.getString("written"),
                runs(row.getJsonArray("runs")),
                new LogBook(pruned.keySet(), numbers(row.getJsonObject("numbers")), bits),
                pruned);
    }

    private static List<StoreSnapshot.Run> runs(JsonArray json) {
        List<StoreSnapshot.Run> runs = new ArrayList<>();
        for (int i = 0; i < json.size(); i++) {
            JsonArray run = json.getJsonArray(i);
            runs.add(new StoreSnapshot.Run(run.getString(0), run.getString(1)));
        }
        return runs;
    }

    private static Map<String, Integer> numbers(JsonObject json) {
        Map<String, Integer> numbers = new HashMap<>();
        json.fieldNames().forEach(name -> numbers.put(name, json.getInteger(name)));
        return numbers;
    }

    /** What a moment may meet though nothing is wrong with the store. */
    private static Throwable meanwhile(StoreName store, Throwable failure) {
        if (!(failure instanceof PgException fault)) {
            return failure;
        }
        return switch (String.valueOf(fault.getSqlState())) {
            case UNDEFINED_TABLE, UNDEFINED_SCHEMA ->
                unavailable("The change logs of data store '" + store + "' are not installed yet.");
            case LOCK_NOT_AVAILABLE -> unavailable("A table of data store '" + store + "' is locked at the moment.");
            default -> failure;
        };
    }

    private static Refusal unavailable(String detail) {
        return new Refusal(Problem.retryable(ProblemCode.STORE_UNAVAILABLE, detail, SOON));
    }

    /** Looks a few times; then the disk is asked for it, once for all who wait at that time. */
    private Uni<Void> durable(StoreName store, SqlConnection connection, String written) {
        return isDurable(connection, written)
                .onItem()
                .transformToUni(now ->
                        now ? Uni.createFrom().voidItem() : Uni.createFrom().<Void>failure(new NotYetDurable()))
                .onFailure(NotYetDurable.class)
                .retry()
                .withBackOff(FIRST_LOOK, LONGEST_LOOK)
                .atMost(LOOKS)
                .onFailure(failure -> failure instanceof NotYetDurable || failure instanceof IllegalStateException)
                .recoverWithUni(() -> flush(store));
    }

    private static Uni<Boolean> isDurable(SqlConnection connection, String written) {
        return connection
                .preparedQuery(SnapshotStatements.IS_DURABLE)
                .execute(Tuple.of(written))
                .map(rows -> Boolean.TRUE.equals(rows.iterator().next().getBoolean(0)));
    }

    private Uni<Void> flush(StoreName store) {
        return Uni.createFrom().deferred(() -> flushes.computeIfAbsent(store, this::flushing));
    }

    /** One that has begun when somebody comes may have been too early for that one, so it is not shared any more. */
    private Uni<Void> flushing(StoreName store) {
        return Uni.createFrom()
                .deferred(() -> {
                    flushes.remove(store);
                    return pools.apply(store)
                            .query(SnapshotStatements.MAKE_DURABLE)
                            .execute()
                            .replaceWithVoid();
                })
                .memoize()
                .indefinitely();
    }

    private static final class NotYetDurable extends RuntimeException {
        NotYetDurable() {
            super("not yet on disk", null, false, false);
        }
    }

    /** The server has started since somebody has looked last. */
    private static final class UnknownRun extends RuntimeException {
        UnknownRun() {
            super("unknown run", null, false, false);
        }
    }

    /** An open moment. Statements come one after the other. */
    private record Opened(SqlConnection connection, String written, Opening opening) implements StoreSnapshot {
        @Override
        public Uni<List<@Nullable Object[]>> rows(SqlQuery query, @Nullable Object[] binds) {
            return rows(query.text(), Tuple.newInstance(PgValues.tuple(binds)));
        }

        @Override
        public Uni<List<@Nullable Object[]>> rows(SqlStatement statement) {
            return rows(statement.text(), ChangeValues.tuple(statement.values()));
        }

        private Uni<List<@Nullable Object[]>> rows(String text, Tuple values) {
            return connection.preparedQuery(text).execute(values).map(rows -> {
                List<@Nullable Object[]> found = new ArrayList<>(rows.size());
                rows.forEach(row -> found.add(PgValues.row(Objects.requireNonNull(row.getDelegate()))));
                return found;
            });
        }
    }
}
