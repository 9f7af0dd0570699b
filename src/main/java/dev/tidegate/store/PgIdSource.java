package dev.tidegate.store;

import dev.tidegate.model.EntityName;
import dev.tidegate.model.Model;
import dev.tidegate.model.StoreName;
import dev.tidegate.sql.ChangeStatements;
import dev.tidegate.upload.IdSource;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.stream.StreamSupport;

/** Ids from the sequences of PostgreSQL stores. */
public final class PgIdSource implements IdSource {
    private final ChangeStatements statements;
    private final Function<StoreName, Pool> pools;
    private final Duration deadline;

    public PgIdSource(Model model, Function<StoreName, Pool> pools, Duration deadline) {
        this.statements = new ChangeStatements(model);
        this.pools = pools;
        this.deadline = deadline;
    }

    @Override
    public Uni<List<Long>> next(StoreName store, EntityName entity, int count) {
        var statement = statements.nextIds(entity, count);
        return pools.apply(store)
                .preparedQuery(statement.text())
                .execute(ChangeValues.tuple(statement.values()))
                .map(PgIdSource::ids)
                .ifNoItem()
                .after(deadline)
                .failWith(() -> new TimeoutException("no ids in time"))
                .onFailure()
                .transform(failure -> StoreFailures.translated(store, failure));
    }

    private static List<Long> ids(RowSet<Row> rows) {
        return StreamSupport.stream(rows.spliterator(), false)
                .map(row -> row.getLong(0))
                .toList();
    }
}
