package dev.tidegate.store;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.SqlConnection;
import java.util.function.Function;

/**
 * Transactions in which a statement may fail and be taken back to a savepoint; the client's own end at the first failure. A
 * connection never goes back to its pool with one open, also when nobody waits for it any more.
 */
final class Transactions {
    private Transactions() {}

    /**
     * Commits what {@code work} has done, or takes it back when that fails. The last statement of {@code work} must be one that
     * an aborted transaction refuses, since a {@code COMMIT} of that is no failure.
     */
    static <T> Uni<T> run(Pool pool, Function<SqlConnection, Uni<T>> work) {
        return pool.getConnection()
                .flatMap(connection -> plain(connection, "BEGIN")
                        .flatMap(_ -> work.apply(connection))
                        .flatMap(result -> plain(connection, "COMMIT").replaceWith(result))
                        .onFailure()
                        .call(() -> plain(connection, "ROLLBACK").onFailure().recoverWithNull())
                        .onTermination()
                        .call((_, _, cancelled) -> cancelled ? abandon(connection) : connection.close()));
    }

    static Uni<Void> plain(SqlConnection connection, String sql) {
        return connection.query(sql).execute().replaceWithVoid();
    }

    /** Behind whatever is still under way on the connection. */
    private static Uni<Void> abandon(SqlConnection connection) {
        return plain(connection, "ROLLBACK").onFailure().recoverWithNull().flatMap(_ -> connection.close());
    }
}
