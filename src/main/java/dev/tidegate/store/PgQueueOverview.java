package dev.tidegate.store;

import dev.tidegate.model.BatchId;
import dev.tidegate.model.ClientId;
import dev.tidegate.model.ClientKey;
import dev.tidegate.upload.BatchKey;
import dev.tidegate.upload.BatchState;
import dev.tidegate.upload.QueueOverview;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.StreamSupport;

/** Clients and batches of all callers, page by page along the primary keys. */
public final class PgQueueOverview implements QueueOverview {
    private final Pool pool;
    private final Duration deadline;

    /** @param deadline after how long a statement counts as lost */
    public PgQueueOverview(Pool pool, Duration deadline) {
        this.pool = pool;
        this.deadline = deadline;
    }

    @Override
    public Uni<List<Lane>> lanes(Optional<String> caller, Optional<ClientKey> after, int limit) {
        RowQuery query = RowQuery.ofClients(caller, after);
        return rows("""
                SELECT c.caller, c.client_id, c.position, o.batch_id, o.position AS waiting, o.accepted_at
                  FROM tidegate_queue.client AS c
                  LEFT JOIN LATERAL (
                    SELECT b.batch_id, b.position, b.accepted_at FROM tidegate_queue.batch AS b
                     WHERE b.caller = c.caller AND b.client_id = c.client_id AND b.state = 'queued'
                     ORDER BY b.position + 0 LIMIT 1) AS o ON true
                 WHERE c.position > 0 AND %s ORDER BY c.caller, c.client_id LIMIT %s::int8
                """.formatted(query.conditions(), query.bind((long) limit)), query, PgQueueOverview::lane);
    }

    private static Lane lane(Row row) {
        long position = row.getLong("position");
        Long waiting = row.getLong("waiting");
        return new Lane(
                new ClientKey(row.getString("caller"), new ClientId(row.getUUID("client_id"))),
                position,
                waiting == null ? position : waiting - 1,
                waiting == null
                        ? Optional.empty()
                        : Optional.of(new Waiting(
                                new BatchId(row.getUUID("batch_id")),
                                row.getOffsetDateTime("accepted_at").toInstant())));
    }

    @Override
    public Uni<List<Line>> batches(
            Optional<BatchState> state,
            Optional<String> caller,
            Optional<ClientId> client,
            Optional<BatchKey> after,
            int limit) {
        RowQuery query = RowQuery.ofBatches(state, caller, client, after);
        return rows("""
                SELECT b.caller, b.batch_id, b.client_id, b.profile, b.position, b.state, b.size, b.accepted_at, b.settled_at
                  FROM tidegate_queue.batch AS b WHERE %s ORDER BY b.caller, b.batch_id LIMIT %s::int8
                """.formatted(query.conditions(), query.bind((long) limit)), query, PgQueueOverview::line);
    }

    private static Line line(Row row) {
        return new Line(
                new BatchKey(row.getString("caller"), new BatchId(row.getUUID("batch_id"))),
                new ClientId(row.getUUID("client_id")),
                row.getString("profile"),
                row.getLong("position"),
                BatchState.of(row.getString("state")).orElse(BatchState.QUEUED),
                row.getInteger("size"),
                row.getOffsetDateTime("accepted_at").toInstant(),
                Optional.ofNullable(row.getOffsetDateTime("settled_at")).map(OffsetDateTime::toInstant));
    }

    private <T> Uni<List<T>> rows(String sql, RowQuery query, Function<Row, T> read) {
        return QueueAnswers.timely(pool.preparedQuery(sql).execute(query.values()), deadline)
                .map(rows -> StreamSupport.stream(rows.spliterator(), false)
                        .map(read)
                        .toList());
    }
}
