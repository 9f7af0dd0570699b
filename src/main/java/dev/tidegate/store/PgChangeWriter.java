package dev.tidegate.store;

import dev.tidegate.model.Model;
import dev.tidegate.model.StoreName;
import dev.tidegate.upload.ChangeWriter;
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
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

/**
 * Applies parts in PostgreSQL stores. The order of a transaction is the law (store-protocol 1 and 4): claim the lane, make
 * constraints immediate, lock what is there, judge and write operation by operation, keep the outcomes, commit.
 */
public final class PgChangeWriter implements ChangeWriter {
    private final Model model;
    private final Function<StoreName, Pool> pools;
    private final PreparedStores prepared;
    private final ObjectReads reads;
    private final ObjectWrites writes;
    private final StateRules rules;
    private final Clock clock;

    public PgChangeWriter(
            Model model, Objections objections, Function<StoreName, Pool> pools, PreparedStores prepared, Clock clock) {
        this.model = model;
        this.pools = pools;
        this.prepared = prepared;
        this.reads = new ObjectReads(model);
        this.writes = new ObjectWrites(model);
        this.rules = new StateRules(objections);
        this.clock = clock;
    }

    @Override
    public Uni<Void> prepare(StoreName store) {
        return prepared.prepare(store).onFailure().transform(failure -> new StoreNotReady("not-prepared", failure));
    }

    @Override
    public Uni<PartResult> apply(PartWork work) {
        return ready(work.store())
                .flatMap(_ -> transaction(work))
                .onFailure(failure -> passes(failure) && !(failure instanceof StoreNotReady))
                .transform(failure -> new StoreNotReady(reason(failure), failure))
                .onFailure(PgChangeWriter::lacksSchema)
                .invoke(() -> prepared.forget(work.store()));
    }

    private Uni<Void> ready(StoreName store) {
        return prepared.are(store) ? Uni.createFrom().voidItem() : Transactions.timely(prepare(store));
    }

    private Uni<PartResult> transaction(PartWork work) {
        return Transactions.run(
                        pools.apply(work.store()),
                        connection -> Transactions.timely(new Lane(connection, work).claim())
                                .flatMap(claimed -> claimed ? write(connection, work) : notClaimed()))
                .onFailure(NotClaimed.class)
                .recoverWithUni(() -> remembered(work));
    }

    private Uni<PartResult> write(SqlConnection connection, PartWork work) {
        return new ApplyRun(model, connection, work, reads, writes, rules, clock.instant())
                .run()
                .map(outcomes -> new PartResult.Applied(outcomes, false));
    }

    /** Store-protocol 1: no row back, so roll back, read, write nothing. */
    private static Uni<PartResult> notClaimed() {
        return Uni.createFrom().failure(new NotClaimed());
    }

    private Uni<PartResult> remembered(PartWork work) {
        return Transactions.timely(
                pools.apply(work.store()).withConnection(connection -> new Lane(connection, work).remembered()));
    }

    /** What is no word of the server's is a lost connection; whether the commit came through, the next claim tells. */
    static boolean passes(Throwable failure) {
        return switch (failure) {
            case PgException fault -> PgFaults.passes(fault);
            case Transactions.CommitInDoubt _, Transactions.DeadConnection _ -> true;
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

    private static final class NotClaimed extends RuntimeException {
        private static final long serialVersionUID = 1L;

        NotClaimed() {
            super("the lane was not to be claimed", null, false, false);
        }
    }
}
