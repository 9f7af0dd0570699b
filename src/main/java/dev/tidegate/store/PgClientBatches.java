package dev.tidegate.store;

import static dev.tidegate.store.Columns.column;

import dev.tidegate.download.ClientBatches;
import dev.tidegate.download.OperationPlace;
import dev.tidegate.model.BatchId;
import dev.tidegate.model.ClientKey;
import dev.tidegate.model.ErrorId;
import dev.tidegate.model.StoreName;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.Tuple;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A client's batches as the gateway's own database knows them: two statements, each of looks into indexes only. */
public final class PgClientBatches implements ClientBatches {
    /** The stores of all lanes there are, by one look for each: also those that the model has no more. */
    private static final String STORES = """
            WITH RECURSIVE stores(store) AS (
                SELECT (SELECT min(l.store) FROM tidegate_queue.lane AS l)
                UNION ALL
                SELECT (SELECT min(l.store) FROM tidegate_queue.lane AS l WHERE l.store > s.store)
                  FROM stores AS s WHERE s.store IS NOT NULL
            ), asked AS (
                SELECT s.store, a.position
                  FROM stores AS s LEFT JOIN unnest($4::text[], $5::int8[]) AS a(store, position) ON a.store = s.store
                 WHERE s.store IS NOT NULL
            )""";

    /** From the first part on that its store has not settled, as far as it was asked, and the receipt before did not cover. */
    private static final String BATCHES = STORES + """
            , first AS (
                SELECT min(p.position) AS position
                  FROM asked AS a CROSS JOIN LATERAL (
                    SELECT p.position FROM tidegate_queue.part AS p
                     WHERE p.store = a.store AND p.lane = $3::uuid AND p.position > greatest(a.position, $6::int8)
                       AND p.position <> ALL ($7::int8[])
                     ORDER BY p.position LIMIT 1) AS p
            )
            SELECT c.position AS last, b.position, b.batch_id, b.stores
              FROM tidegate_queue.client AS c LEFT JOIN LATERAL (
                SELECT b.position, b.batch_id,
                       ARRAY(SELECT p.store FROM tidegate_queue.part AS p
                              WHERE p.caller = b.caller AND p.batch_id = b.batch_id) AS stores
                  FROM tidegate_queue.batch AS b
                 WHERE b.caller = c.caller AND b.client_id = c.client_id
                   AND b.position >= (SELECT position FROM first)
                 ORDER BY b.position LIMIT $8::int8) AS b ON true
             WHERE c.caller = $1::text AND c.client_id = $2::uuid
             ORDER BY b.position
            """;

    private static final String NAMES = STORES + """
            , parked AS (
                SELECT l.position, unnest(l.operations) AS index
                  FROM asked AS a JOIN tidegate_queue.late AS l ON l.store = a.store
                 WHERE a.position IS NULL AND l.lane = $3::uuid AND l.state = 'queued' AND l.reason = 'parked'
            )
            SELECT b.position, b.batch_id,
                   ARRAY(SELECT p.index FROM parked AS p WHERE p.position = b.position) AS parked,
                   ARRAY(SELECT e.index FROM tidegate_queue.error AS e
                          WHERE e.caller = b.caller AND e.batch_id = b.batch_id ORDER BY e.index) AS indexes,
                   ARRAY(SELECT e.error_id FROM tidegate_queue.error AS e
                          WHERE e.caller = b.caller AND e.batch_id = b.batch_id ORDER BY e.index) AS errors
              FROM (SELECT p.position FROM unnest($6::int8[]) AS p(position) UNION SELECT p.position FROM parked AS p) AS n
              JOIN tidegate_queue.batch AS b
                ON b.client_id = $2::uuid AND b.caller = $1::text AND b.position = n.position
            """;

    private final Pool pool;
    private final Duration deadline;

    /** @param deadline after how long a statement counts as lost */
    public PgClientBatches(Pool pool, Duration deadline) {
        this.pool = pool;
        this.deadline = deadline;
    }

    @Override
    public Uni<Known> known(ClientKey client, Question question) {
        return QueueAnswers.timely(
                Uni.combine()
                        .all()
                        .unis(batches(client, question), names(client, question))
                        .with(PgClientBatches::known),
                deadline);
    }

    private Uni<RowSet<Row>> batches(ClientKey client, Question question) {
        List<Object> values = values(client, question);
        values.add(question.since().position());
        values.add(question.since().settled().toArray(Long[]::new));
        values.add((long) MOST);
        return pool.preparedQuery(BATCHES).execute(Tuple.from(values));
    }

    private Uni<RowSet<Row>> names(ClientKey client, Question question) {
        List<Object> values = values(client, question);
        values.add(question.places().stream()
                .map(OperationPlace::position)
                .distinct()
                .toArray(Long[]::new));
        return pool.preparedQuery(NAMES).execute(Tuple.from(values));
    }

    private static List<Object> values(ClientKey client, Question question) {
        var lanes = question.lanes().entrySet();
        return new ArrayList<>(List.of(
                client.caller(),
                client.client().value(),
                client.lane().value(),
                column(lanes, lane -> lane.getKey().value(), String[]::new),
                column(lanes, Map.Entry::getValue, Long[]::new)));
    }

    private static Known known(RowSet<Row> batches, RowSet<Row> named) {
        long last = 0;
        List<Accepted> accepted = new ArrayList<>();
        for (Row row : batches) {
            last = row.getLong("last");
            if (row.getLong("position") != null) {
                accepted.add(accepted(row));
            }
        }
        Map<Long, BatchId> names = new HashMap<>();
        Map<OperationPlace, ErrorId> errors = new HashMap<>();
        NavigableSet<OperationPlace> parked = new TreeSet<>();
        for (Row row : named) {
            long position = row.getLong("position");
            names.put(position, new BatchId(row.getUUID("batch_id")));
            places(row, "parked").forEach(parked::add);
            UUID[] ids = row.getArrayOfUUIDs("errors");
            List<OperationPlace> places = places(row, "indexes").toList();
            for (int i = 0; i < ids.length; i++) {
                errors.put(places.get(i), new ErrorId(ids[i]));
            }
        }
        return new Known(
                accepted.size() < MOST ? last : accepted.getLast().position(), accepted, names, errors, parked);
    }

    private static Accepted accepted(Row row) {
        return new Accepted(
                row.getLong("position"),
                new BatchId(row.getUUID("batch_id")),
                Arrays.stream(row.getArrayOfStrings("stores"))
                        .map(StoreName::new)
                        .collect(Collectors.toSet()));
    }

    private static Stream<OperationPlace> places(Row row, String column) {
        long position = row.getLong("position");
        return Arrays.stream(row.getArrayOfIntegers(column)).map(index -> new OperationPlace(position, index));
    }
}
