package dev.tidegate.store;

import dev.tidegate.model.Model;
import dev.tidegate.model.StoreName;
import dev.tidegate.model.WatchedEntities;
import dev.tidegate.sql.LogInstallation;
import dev.tidegate.sql.LoggedTable;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.pgclient.PgException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Keeps the change logs of the stores as the model wants them (store-protocol 7 to 10): looks what is wanting, and puts it right,
 * table by table, each in a short transaction that gives up on a lock after 200 ms; what is left is for the next look. A look at
 * a store where nothing is wanting changes and locks nothing. The gateway works without logs, and with less: what was not
 * logged is a conflict of {@code merge}.
 */
public final class ChangeLogs {
    private final Model model;
    private final Function<StoreName, Pool> pools;
    private final PreparedStores prepared;
    private final Map<StoreName, List<LoggedTable>> tables = new ConcurrentHashMap<>();
    private final WatchedEntities watched;

    public ChangeLogs(Model model, WatchedEntities watched, Function<StoreName, Pool> pools, PreparedStores prepared) {
        this.model = model;
        this.watched = watched;
        this.pools = pools;
        this.prepared = prepared;
    }

    /** What a look has found: what was put right, and what is wanting still. */
    public record Look(List<String> repaired, List<String> wanting) {
        public Look {
            repaired = List.copyOf(repaired);
            wanting = List.copyOf(wanting);
        }
    }

    /** Looks after the logs of a store; no two looks at one store at a time. */
    public Uni<Look> keep(StoreName store) {
        return prepared.isVerified(store) ? verify(store) : install(store);
    }

    private Uni<Look> install(StoreName store) {
        List<String> repaired = new ArrayList<>();
        List<String> wanting = new ArrayList<>();
        Pool pool = pools.apply(store);
        return prepared.ready(store)
                .flatMap(_ -> InTurn.each(tables(store), table -> keep(pool, table, repaired, wanting)))
                .flatMap(_ -> InTurn.each(logs(store), log -> partitions(pool, log, wanting)))
                .map(_ -> new Look(repaired, wanting));
    }

    /** Where a DBA installs, the gateway changes nothing, and says all that is wanting. */
    private Uni<Look> verify(StoreName store) {
        Pool pool = pools.apply(store);
        return prepared.wanting(store)
                .flatMap(wanting -> wanting.isEmpty()
                        ? InTurn.each(
                                        tables(store),
                                        table -> LogCatalog.find(pool, table)
                                                .map(found -> LogInstallation.of(table, found))
                                                .invoke(lack -> wanting.addAll(lack.wanting()))
                                                .replaceWithVoid())
                                .map(_ -> new Look(List.of(), wanting))
                        : Uni.createFrom().item(new Look(List.of(), wanting)));
    }

    List<LoggedTable> tables(StoreName store) {
        return tables.computeIfAbsent(store, _ -> LoggedTable.of(model, watched, store));
    }

    private Set<String> logs(StoreName store) {
        return tables(store).stream().map(LoggedTable::log).collect(Collectors.toCollection(LinkedHashSet::new));
    }

    private Uni<Void> keep(Pool pool, LoggedTable table, List<String> repaired, List<String> wanting) {
        return LogCatalog.find(pool, table)
                .map(found -> LogInstallation.of(table, found))
                .flatMap(first -> first.statements().isEmpty()
                        ? Uni.createFrom().item(first).invoke(_ -> wanting.addAll(first.wanting()))
                        : install(pool, table)
                                .invoke(done -> repaired.addAll(done.wanting()))
                                .onFailure(PgException.class)
                                .recoverWithItem(failure -> {
                                    first.wanting().forEach(what -> wanting.add(what + because(failure)));
                                    return first;
                                }))
                .replaceWithVoid();
    }

    private static String because(Throwable failure) {
        return " (" + ((PgException) failure).getErrorMessage() + ")";
    }

    /** Looks once more when nobody else can put it right. */
    private static Uni<LogInstallation> install(Pool pool, LoggedTable table) {
        return pool.withTransaction(connection -> StoreSchema.locked(connection)
                .flatMap(_ -> LogCatalog.find(connection, table))
                .map(found -> LogInstallation.of(table, found))
                .flatMap(installation -> run(connection, installation).replaceWith(installation)));
    }

    private static Uni<Void> run(SqlConnection connection, LogInstallation installation) {
        return connection
                .query(
                        "SELECT set_config('lock_timeout', '200ms', true), set_config('client_min_messages', 'warning', true)")
                .execute()
                .flatMap(_ ->
                        InTurn.each(installation.statements(), statement -> Transactions.plain(connection, statement)));
    }

    private static Uni<Void> partitions(Pool pool, String log, List<String> wanting) {
        return new LogPartitions(pool).ahead(log).onFailure(PgException.class).recoverWithUni(failure -> {
            wanting.add("partitions of " + log + because(failure));
            return Uni.createFrom().voidItem();
        });
    }
}
