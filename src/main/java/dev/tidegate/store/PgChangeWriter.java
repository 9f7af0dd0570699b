package dev.tidegate.store;

import dev.tidegate.model.LaneId;
import dev.tidegate.model.Model;
import dev.tidegate.model.StoreName;
import dev.tidegate.upload.ChangeWriter;
import dev.tidegate.upload.FileKey;
import dev.tidegate.upload.LatePlace;
import dev.tidegate.upload.Objections;
import dev.tidegate.upload.PartResult;
import dev.tidegate.upload.PartWork;
import dev.tidegate.upload.StateRules;
import dev.tidegate.upload.StoreNotReady;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.pgclient.PgException;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

/**
 * Applies parts in PostgreSQL stores. The order of a transaction is the law (store-protocol 1 and 4): make constraints
 * immediate, claim the lanes, then wave by wave lock what is there, judge it and write it, keep the outcomes, commit.
 */
public final class PgChangeWriter implements ChangeWriter {
    /**
     * An asynchronous commit could be lost after the queue was told of it. Store-protocol 4: a deferred constraint would pass
     * the savepoint and fail the commit.
     */
    private static final String OPENING = Transactions.BEGIN
            + "; SET LOCAL lock_timeout = '5s'; SET LOCAL statement_timeout = '20s'; SET LOCAL TimeZone = 'UTC'"
            + "; SELECT set_config('synchronous_commit', 'on', true) WHERE current_setting('synchronous_commit') = 'off'"
            + "; SET CONSTRAINTS ALL IMMEDIATE";

    private final Function<StoreName, Pool> pools;
    private final PreparedStores prepared;
    private final ChangeTools tools;
    private final Clock clock;

    /** One for which there are no files: what refers to any is rejected. */
    public PgChangeWriter(
            Model model, Objections objections, Function<StoreName, Pool> pools, PreparedStores prepared, Clock clock) {
        this(model, objections, pools, prepared, clock, _ -> Uni.createFrom().item(Optional.empty()));
    }

    /** @param files the bytes of a file, or nothing when it is not there */
    public PgChangeWriter(
            Model model,
            Objections objections,
            Function<StoreName, Pool> pools,
            PreparedStores prepared,
            Clock clock,
            Function<FileKey, Uni<Optional<byte[]>>> files) {
        this.pools = pools;
        this.prepared = prepared;
        this.tools = new ChangeTools(model, new StateRules(objections), new FilledChanges(files));
        this.clock = clock;
    }

    @Override
    public Uni<Void> prepare(StoreName store) {
        return prepared.prepare(store).onFailure().transform(failure -> new StoreNotReady("not-prepared", failure));
    }

    @Override
    public Uni<List<PartResult>> apply(List<PartWork> group) {
        return transaction(
                group.getFirst().store(), connection -> new GroupRun(connection, tools, clock.instant()).apply(group));
    }

    @Override
    public Uni<Map<LaneId, Long>> stands(StoreName store, List<LaneId> lanes) {
        return transaction(store, connection -> Transactions.timely(new Lanes(connection).stands(lanes)));
    }

    @Override
    public Uni<List<LatePlace>> unknown(StoreName store, List<LatePlace> units) {
        return transaction(store, connection -> Transactions.timely(new LateClaims(connection).unknown(units)));
    }

    private <T> Uni<T> transaction(StoreName store, Function<SqlConnection, Uni<T>> work) {
        return ready(store)
                .flatMap(_ -> Transactions.run(pools.apply(store), OPENING, work))
                .onFailure(failure -> passes(failure) && !(failure instanceof StoreNotReady))
                .transform(failure -> new StoreNotReady(reason(failure), failure))
                .onFailure(PgChangeWriter::lacksSchema)
                .invoke(() -> prepared.forget(store));
    }

    private Uni<Void> ready(StoreName store) {
        return prepared.are(store) ? Uni.createFrom().voidItem() : Transactions.timely(prepare(store));
    }

    /** What is no word of the server's is a lost connection; whether the commit came through, the next claim tells. */
    static boolean passes(Throwable failure) {
        return switch (failure) {
            case PgException fault -> PgFaults.passes(fault);
            case Transactions.CommitInDoubt _, Transactions.DeadConnection _, StoreNotReady _ -> true;
            default -> PgFaults.isLostConnection(failure);
        };
    }

    private static String reason(Throwable failure) {
        return switch (failure) {
            case PgException fault when fault.getSqlState() != null -> "sqlstate-" + fault.getSqlState();
            case TimeoutException _ -> "timeout";
            case Transactions.CommitInDoubt doubt when doubt.getCause() != null -> reason(doubt.getCause());
            default -> "connection-lost";
        };
    }

    /** What was prepared is not there, or was prepared by an earlier version. */
    static boolean lacksSchema(Throwable failure) {
        return failure instanceof PgException fault
                && ("42P01".equals(fault.getSqlState()) || "3F000".equals(fault.getSqlState()));
    }
}
