package dev.tidegate.store;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.pgclient.PgException;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Transactions in which a statement may fail and be taken back to a savepoint; the client's own end at the first failure. A
 * connection never goes back to its pool with one open, also when nobody waits for it any more.
 */
final class Transactions {
    /** Longer than the statements of one operation may take, each of which has its own limit in the store. */
    private static final Duration SILENCE = Duration.ofSeconds(60);

    /** How long a commit may take when the time for all is nearly over. */
    private static final Duration LAST_WORD = Duration.ofMillis(500);

    /** Whatever the database's default is: what is judged after a lock must be what the lock waited for. */
    static final String BEGIN = "BEGIN ISOLATION LEVEL READ COMMITTED";

    private Transactions() {}

    /** The connection was lost before anything was done. */
    static final class DeadConnection extends RuntimeException {
        private static final long serialVersionUID = 1L;

        DeadConnection(Throwable cause) {
            super(String.valueOf(cause.getMessage()), cause, false, false);
        }
    }

    /** The store was told to commit, and what came of that is not known. */
    static final class CommitInDoubt extends RuntimeException {
        private static final long serialVersionUID = 1L;

        CommitInDoubt(Throwable cause) {
            super(String.valueOf(cause.getMessage()), cause, false, false);
        }
    }

    /**
     * Opens a transaction with {@link #BEGIN} and what else is to come first, and commits what {@code work} has done, or takes it back when that fails. The last statement of {@code work} must be one that
     * an aborted transaction refuses, since a {@code COMMIT} of that is no failure. Fails with {@link CommitInDoubt} when it is
     * not known whether the commit came through.
     */
    static <T> Uni<T> run(Pool pool, String opening, Function<SqlConnection, Uni<T>> work) {
        return run(pool, opening, () -> SILENCE, work);
    }

    /** The same, over by the end of a time, one way or the other. */
    static <T> Uni<T> within(Duration limit, Pool pool, String opening, Function<SqlConnection, Uni<T>> work) {
        long end = System.nanoTime() + limit.toNanos();
        Supplier<Duration> left = () -> longer(LAST_WORD, Duration.ofNanos(end - System.nanoTime()));
        return run(pool, opening, left, connection -> timely(left.get(), work.apply(connection)));
    }

    private static <T> Uni<T> run(
            Pool pool, String opening, Supplier<Duration> patience, Function<SqlConnection, Uni<T>> work) {
        return timely(patience.get(), connection(pool))
                .flatMap(connection -> open(connection, opening, patience.get())
                        .flatMap(_ -> work.apply(connection))
                        .flatMap(result -> commit(connection, patience.get()).replaceWith(result))
                        .onItem()
                        .call(connection::close)
                        .onFailure()
                        .call(failure -> isSilence(failure) ? leave(connection) : abandon(connection))
                        .onCancellation()
                        .call(() -> abandon(connection)));
    }

    /** A connection that comes when nobody waits for it any more goes back. */
    private static Uni<SqlConnection> connection(Pool pool) {
        return Uni.createFrom().emitter(emitter -> {
            AtomicBoolean over = new AtomicBoolean();
            emitter.onTermination(() -> over.set(true));
            pool.getConnection()
                    .subscribe()
                    .with(
                            connection -> {
                                if (over.compareAndSet(false, true)) {
                                    emitter.complete(connection);
                                } else {
                                    connection.closeAndForget();
                                }
                            },
                            emitter::fail);
        });
    }

    /** A connection that was idle may have died meanwhile: the first statement on it tells. */
    private static Uni<Void> open(SqlConnection connection, String opening, Duration patience) {
        return timely(patience, plain(connection, opening))
                .onFailure(failure -> !(failure instanceof TimeoutException) && PgFaults.isLostConnection(failure))
                .transform(DeadConnection::new);
    }

    private static Uni<Void> commit(SqlConnection connection, Duration patience) {
        return timely(patience, plain(connection, "COMMIT"))
                .onFailure(failure -> !(failure instanceof PgException fault) || PgFaults.isInDoubt(fault))
                .transform(CommitInDoubt::new);
    }

    private static boolean isSilence(Throwable failure) {
        return failure instanceof TimeoutException || failure.getCause() instanceof TimeoutException;
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) > 0 ? one : other;
    }

    static Uni<Void> plain(SqlConnection connection, String sql) {
        return connection.query(sql).execute().replaceWithVoid();
    }

    /** One step towards the end of a transaction: fails when the store says nothing for longer than a step may take. */
    static <T> Uni<T> timely(Uni<T> step) {
        return timely(SILENCE, step);
    }

    private static <T> Uni<T> timely(Duration patience, Uni<T> step) {
        return step.ifNoItem().after(patience).failWith(() -> new TimeoutException("the store says nothing"));
    }

    /** Behind whatever is still under way on the connection. */
    private static Uni<Void> abandon(SqlConnection connection) {
        return plain(connection, "ROLLBACK").onFailure().recoverWithNull().flatMap(_ -> connection.close());
    }

    /** The connection may never answer again, so nobody waits for it. */
    private static Uni<Void> leave(SqlConnection connection) {
        abandon(connection).subscribe().with(_ -> {}, _ -> {});
        return Uni.createFrom().voidItem();
    }
}
