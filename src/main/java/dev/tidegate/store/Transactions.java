package dev.tidegate.store;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.SqlConnection;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

/**
 * Transactions in which a statement may fail and be taken back to a savepoint; the client's own end at the first failure. A
 * connection never goes back to its pool with one open, also when nobody waits for it any more.
 */
final class Transactions {
    /** Longer than the statements of one operation may take, each of which has its own limit in the store. */
    private static final Duration SILENCE = Duration.ofSeconds(60);

    private Transactions() {}

    /**
     * Commits what {@code work} has done, or takes it back when that fails. The last statement of {@code work} must be one that
     * an aborted transaction refuses, since a {@code COMMIT} of that is no failure.
     */
    static <T> Uni<T> run(Pool pool, Function<SqlConnection, Uni<T>> work) {
        return timely(pool.getConnection())
                .flatMap(connection -> timely(plain(connection, "BEGIN"))
                        .flatMap(_ -> work.apply(connection))
                        .flatMap(result -> timely(plain(connection, "COMMIT")).replaceWith(result))
                        .onItem()
                        .call(connection::close)
                        .onFailure()
                        .call(failure -> failure instanceof TimeoutException ? leave(connection) : abandon(connection))
                        .onCancellation()
                        .call(() -> abandon(connection)));
    }

    static Uni<Void> plain(SqlConnection connection, String sql) {
        return connection.query(sql).execute().replaceWithVoid();
    }

    /** One step towards the end of a transaction: fails when the store says nothing for longer than a step may take. */
    static <T> Uni<T> timely(Uni<T> step) {
        return step.ifNoItem().after(SILENCE).failWith(() -> new TimeoutException("the store says nothing"));
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
