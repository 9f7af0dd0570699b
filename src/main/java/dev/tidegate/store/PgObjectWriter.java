package dev.tidegate.store;

import dev.tidegate.model.Model;
import dev.tidegate.model.StoreName;
import dev.tidegate.problem.Problem;
import dev.tidegate.problem.ProblemCode;
import dev.tidegate.problem.Refusal;
import dev.tidegate.read.NotWritten;
import dev.tidegate.read.ObjectWriter;
import dev.tidegate.read.WriteResult;
import dev.tidegate.read.WriteWork;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Tuple;
import io.vertx.pgclient.PgException;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

/**
 * Writes single objects in PostgreSQL stores. A write is over by its deadline: the store itself ends statements and
 * transactions that take longer, also when nobody can tell it any more.
 */
public final class PgObjectWriter implements ObjectWriter {
    private static final int FORGOTTEN_AT_ONCE = 1_000;
    private static final Duration SOON = Duration.ofSeconds(1);

    private static final String FORGET = """
            DELETE FROM tidegate.remembered WHERE key IN (
                SELECT key FROM tidegate.remembered WHERE at < now() - make_interval(secs => $1::float8)
                 ORDER BY at LIMIT $2::int4 FOR UPDATE SKIP LOCKED)
            """;

    private final Model model;
    private final Function<StoreName, Pool> pools;
    private final PreparedStores prepared;
    private final Duration deadline;
    private final String opening;
    private final ObjectReads reads;
    private final ObjectWrites writes;

    public PgObjectWriter(Model model, Function<StoreName, Pool> pools, PreparedStores prepared, Duration deadline) {
        this.model = model;
        this.pools = pools;
        this.prepared = prepared;
        this.deadline = deadline;
        this.opening = opening(deadline.toMillis());
        this.reads = new ObjectReads(model);
        this.writes = new ObjectWrites(model);
    }

    /**
     * An asynchronous commit could be lost after the client was told of it. Store-protocol 4: a deferred constraint would pass
     * the savepoint and fail the commit.
     */
    private static String opening(long millis) {
        return Transactions.BEGIN + "; SET LOCAL statement_timeout = " + millis
                + "; SET LOCAL idle_in_transaction_session_timeout = " + millis + "; SET LOCAL TimeZone = 'UTC'"
                + "; SELECT set_config('synchronous_commit', 'on', true) WHERE current_setting('synchronous_commit') = 'off'"
                + "; SET CONSTRAINTS ALL IMMEDIATE";
    }

    @Override
    public Uni<WriteResult> write(WriteWork work) {
        return ready(work.store())
                .flatMap(_ -> transaction(work))
                .onFailure(WriteRun.TakenBack.class)
                .recoverWithItem(WriteRun.TakenBack::result)
                .onFailure(PgChangeWriter::lacksSchema)
                .invoke(() -> prepared.forget(work.store()))
                .onFailure()
                .transform(failure -> translated(work.store(), failure));
    }

    private Uni<Void> ready(StoreName store) {
        return prepared.are(store)
                ? Uni.createFrom().voidItem()
                : prepared.prepare(store)
                        .ifNoItem()
                        .after(deadline)
                        .failWith(() -> new TimeoutException("the store is being prepared"));
    }

    private Uni<WriteResult> transaction(WriteWork work) {
        return Transactions.within(
                deadline,
                pools.apply(work.store()),
                opening,
                connection -> new WriteRun(model, connection, work, reads, writes).run());
    }

    @Override
    public Uni<Integer> forget(StoreName store, Duration olderThan) {
        return prepared.are(store)
                ? pools.apply(store)
                        .preparedQuery(FORGET)
                        .execute(Tuple.of((double) olderThan.toSeconds(), FORGOTTEN_AT_ONCE))
                        .map(rows -> rows.rowCount())
                        .ifNoItem()
                        .after(deadline)
                        .failWith(() -> new TimeoutException("the store says nothing"))
                : Uni.createFrom().item(0);
    }

    private static Throwable translated(StoreName store, Throwable failure) {
        return switch (failure) {
            case Transactions.CommitInDoubt _ -> inDoubt(store);
            case PgException fault when PgFaults.isContention(fault) -> new NotWritten(contention(store), fault);
            case RememberedAnswer.ForgottenJustNow forgotten -> new NotWritten(contention(store), forgotten);
            case Transactions.DeadConnection dead -> new NotWritten(StoreFailures.unavailable(store), dead);
            default -> StoreFailures.translated(store, failure);
        };
    }

    private static Refusal contention(StoreName store) {
        return new Refusal(Problem.retryable(
                ProblemCode.STORE_UNAVAILABLE,
                "Too many are changing the same objects of data store '" + store
                        + "' at once; this change was not made. Try again.",
                SOON));
    }

    private static Refusal inDoubt(StoreName store) {
        return new Refusal(Problem.of(
                ProblemCode.STORE_TIMEOUT,
                "Data store '" + store
                        + "' was lost while it made the change, so it is not known whether it did. Send the"
                        + " same again under the same Idempotency-Key; without one, read the object first."));
    }
}
