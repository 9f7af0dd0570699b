package dev.tidegate.store;

import dev.tidegate.sql.LogStatements;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import io.vertx.pgclient.PgException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The weekly partitions of logs: made ahead, dropped when they are old. Each step waits 200 ms for its locks at most, since
 * users' writes wait behind it (store-protocol 8).
 *
 * <p>To make a partition PostgreSQL reads through the default one, which holds rows only if no gateway has run for longer than
 * partitions were made ahead. Where that has grown too large to be read while writers wait, it is emptied as what is old is
 * dropped (11): cursors and histories that lean on it have expired.
 */
final class LogPartitions {
    /** Read through in some 20 ms. */
    private static final long LARGEST_DEFAULT = 32L << 20;

    private static final int ATTEMPTS = 20;

    private static final String QUICKLY = "SELECT set_config('lock_timeout', '200ms', true)";

    private static final String EXISTING = """
            SELECT now() AS at, to_regclass($1::text) IS NOT NULL AS there, ARRAY(
                   SELECT c.relname::text FROM pg_catalog.pg_inherits i JOIN pg_catalog.pg_class c ON c.oid = i.inhrelid
                    WHERE i.inhparent = to_regclass($1::text)) AS partitions
            """;

    /** What was made for a week says so in its name; the default partition is old when all of its rows are. */
    private static final String OLDEST = """
            SELECT c.relname::text FROM pg_catalog.pg_inherits i JOIN pg_catalog.pg_class c ON c.oid = i.inhrelid
             WHERE i.inhparent = to_regclass($1::text) AND c.relname ~ '_[0-9]{8}$'
               AND to_date(right(c.relname, 8), 'YYYYMMDD') + 7
                   <= (now() AT TIME ZONE 'UTC' - $2::int8 * interval '1 second')::date
             ORDER BY right(c.relname, 8) LIMIT 1
            """;

    private final Pool pool;

    LogPartitions(Pool pool) {
        this.pool = pool;
    }

    /** Makes what is lacking of the partitions of the coming weeks. */
    Uni<Void> ahead(String log) {
        return lacking(log)
                .flatMap(lacking -> lacking.isEmpty() ? Uni.createFrom().voidItem() : make(log, lacking));
    }

    /** The statements that would make them; none of a log that is not there. */
    Uni<List<String>> lacking(String log) {
        return existing(log).map(row -> row.getBoolean("there") ? lacking(log, row) : List.of());
    }

    private Uni<Row> existing(String log) {
        return pool.preparedQuery(EXISTING)
                .execute(Tuple.of(LogStatements.log(log)))
                .map(rows -> rows.iterator().next());
    }

    private static List<String> lacking(String log, Row row) {
        Set<String> existing = Set.of(row.getArrayOfStrings("partitions"));
        return LogStatements.partitions(log, row.getOffsetDateTime("at").toInstant()).entrySet().stream()
                .filter(partition -> !existing.contains(partition.getKey()))
                .map(Map.Entry::getValue)
                .toList();
    }

    private Uni<Void> make(String log, List<String> lacking) {
        String rest = LogStatements.defaultPartition(log);
        return pool.preparedQuery("SELECT coalesce(pg_relation_size(to_regclass($1::text)), 0) > $2::int8")
                .execute(Tuple.of(rest, LARGEST_DEFAULT))
                .flatMap(rows -> Boolean.TRUE.equals(rows.iterator().next().getBoolean(0))
                        ? drop(log, rest).replaceWithVoid()
                        : Uni.createFrom().voidItem())
                .flatMap(_ -> InTurn.each(lacking, this::make));
    }

    /** A week whose rows have begun to go to the default partition goes on so. */
    private Uni<Void> make(String create) {
        return pool.withTransaction(connection ->
                        Transactions.plain(connection, QUICKLY).flatMap(_ -> Transactions.plain(connection, create)))
                .onFailure(failure -> failure instanceof PgException fault
                        && ("23514".equals(fault.getSqlState()) || "42P07".equals(fault.getSqlState())))
                .recoverWithNull()
                .replaceWithVoid();
    }

    private static <T> Uni<T> patiently(Uni<T> step) {
        return step.onFailure(failure -> failure instanceof PgException fault && PgFaults.isContention(fault))
                .retry()
                .withBackOff(Duration.ofMillis(100), Duration.ofSeconds(1))
                .withJitter(0.5)
                .atMost(ATTEMPTS);
    }

    /** The oldest of the partitions of which every row is older than that, by the store's clock. */
    Uni<Optional<String>> oldest(String log, Duration age) {
        return pool.preparedQuery(OLDEST)
                .execute(Tuple.of(LogStatements.log(log), age.toSeconds()))
                .map(rows -> AppliedLog.first(rows).map(row -> LogStatements.log(row.getString(0))));
    }

    /** How many rows the default partition holds that are all older than that; none when one of them is not. */
    Uni<Boolean> isDefaultOld(String log, Duration age) {
        String rest = LogStatements.defaultPartition(log);
        return pool.preparedQuery(
                        "SELECT coalesce(max(at) < now() - $1::int8 * interval '1 second', false) FROM " + rest)
                .execute(Tuple.of(age.toSeconds()))
                .map(rows -> rows.iterator().next().getBoolean(0));
    }

    /**
     * Drops a partition (makes the default one anew), after it is known for good what cursors that takes with it
     * (store-protocol 11); how many rows went. Rows that came into sight meanwhile are left for the next time.
     */
    Uni<Long> drop(String log, String partition) {
        return pool.withTransaction(connection -> Transactions.plain(connection, "SET LOCAL statement_timeout = 0")
                        .flatMap(_ -> connection
                                .query("SELECT count(*), (SELECT xid::text FROM " + partition
                                        + " ORDER BY xid DESC LIMIT 1) AS last FROM " + partition)
                                .execute()))
                .map(rows -> rows.iterator().next())
                .flatMap(row -> prune(log, row.getString("last"))
                        .flatMap(_ -> patiently(pool.withTransaction(connection -> drop(connection, log, partition))))
                        .map(dropped -> dropped ? row.getLong(0) : 0L));
    }

    private Uni<Void> prune(String log, @Nullable String xid) {
        return xid == null
                ? Uni.createFrom().voidItem()
                : pool.preparedQuery("UPDATE tidegate.log SET pruned_xid = $2::text::xid8 "
                                + "WHERE name = $1::text AND pruned_xid < $2::text::xid8")
                        .execute(Tuple.of(log, xid))
                        .replaceWithVoid();
    }

    /** In the order in which a pull takes its locks. */
    private Uni<Boolean> drop(SqlConnection connection, String log, String partition) {
        return Transactions.plain(
                        connection,
                        QUICKLY + "; LOCK TABLE ONLY " + LogStatements.log(log)
                                + " IN ACCESS EXCLUSIVE MODE; LOCK TABLE " + partition + " IN ACCESS EXCLUSIVE MODE")
                .flatMap(_ -> connection
                        .preparedQuery("SELECT FROM " + partition + " WHERE xid > (SELECT pruned_xid FROM tidegate.log "
                                + "WHERE name = $1::text) LIMIT 1")
                        .execute(Tuple.of(log)))
                .flatMap(later -> later.size() > 0
                        ? Uni.createFrom().item(false)
                        : Transactions.plain(connection, "DROP TABLE " + partition)
                                .flatMap(_ -> partition.equals(LogStatements.defaultPartition(log))
                                        ? Transactions.plain(connection, LogStatements.createDefault(log))
                                        : Uni.createFrom().voidItem())
                                .replaceWith(true));
    }
}
