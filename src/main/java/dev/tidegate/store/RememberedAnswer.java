package dev.tidegate.store;

import dev.tidegate.read.WriteAnswer;
import dev.tidegate.read.WriteResult;
import dev.tidegate.read.WriteWork.Remembrance;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import java.util.Optional;

/**
 * The answer to one live write in the store's memory, in the same transaction as the change. The claim on its key is what
 * makes the write happen once: whoever claims the same waits for the end of this transaction, and is told then.
 */
final class RememberedAnswer {
    private static final String CLAIM = """
            INSERT INTO tidegate.remembered (key, request) VALUES ($1::text, $2::text) ON CONFLICT (key) DO NOTHING
            """;

    private static final String FIND =
            "SELECT request, object_id, version, answer FROM tidegate.remembered WHERE key = $1::text";

    private static final String KEEP = """
            UPDATE tidegate.remembered SET object_id = $2::text, version = $3::text, answer = $4::text
             WHERE key = $1::text
            """;

    private final SqlConnection connection;
    private final Remembrance remembrance;

    RememberedAnswer(SqlConnection connection, Remembrance remembrance) {
        this.connection = connection;
        this.remembrance = remembrance;
    }

    /** Empty when the write is this transaction's to do; else what came of it, or that it is another. */
    Uni<Optional<WriteResult>> claim() {
        return connection
                .preparedQuery(CLAIM)
                .execute(Tuple.of(remembrance.key(), remembrance.request()))
                .flatMap(rows ->
                        rows.rowCount() == 1 ? Uni.createFrom().item(Optional.empty()) : found().map(Optional::of));
    }

    private Uni<WriteResult> found() {
        return connection
                .preparedQuery(FIND)
                .execute(Tuple.of(remembrance.key()))
                .map(rows -> AppliedLog.first(rows).map(this::remembered).orElseThrow(() -> new ForgottenJustNow()));
    }

    private WriteResult remembered(Row row) {
        return remembrance.request().equals(row.getString("request"))
                ? new WriteResult.Done(
                        new WriteAnswer(
                                row.getString("object_id"),
                                Optional.ofNullable(row.getString("version")),
                                Optional.ofNullable(row.getString("answer"))),
                        true)
                : new WriteResult.KeyReused();
    }

    /** Between the claim and the look: the same has to be tried again. */
    static final class ForgottenJustNow extends RuntimeException {
        private static final long serialVersionUID = 1L;

        ForgottenJustNow() {
            super("an old answer was forgotten", null, false, false);
        }
    }

    Uni<Void> keep(WriteAnswer answer) {
        return connection
                .preparedQuery(KEEP)
                .execute(Tuple.of(
                        remembrance.key(),
                        answer.id(),
                        answer.version().orElse(null),
                        answer.json().orElse(null)))
                .replaceWithVoid();
    }
}
