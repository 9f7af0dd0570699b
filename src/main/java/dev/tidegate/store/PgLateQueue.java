package dev.tidegate.store;

import static dev.tidegate.store.Columns.column;

import dev.tidegate.model.LaneId;
import dev.tidegate.model.StoreName;
import dev.tidegate.policy.ChangeText;
import dev.tidegate.upload.LatePart;
import dev.tidegate.upload.LatePlace;
import dev.tidegate.upload.LateQueue;
import dev.tidegate.upload.LateRecall;
import dev.tidegate.upload.LateSettled;
import dev.tidegate.upload.LateUnit;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.Tuple;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** Late units in table {@code tidegate_queue.late}: one statement for each method, as {@link PgUploadQueue}. */
public final class PgLateQueue implements LateQueue, LateRecall {
    // Patience does not end before what was accepted in time has had its turn in the store: when that is behind, the
    // objects
    // that are waited for may be in it. Only the heads of lanes are looked at, and only when somebody's time is over.
    // "store || ''" as it stands in the index: so that is taken for nothing else (migration V13).
    private static final String LEASE = """
            WITH ready AS (
                SELECT r.lane, r.position FROM tidegate_queue.late AS r
                 WHERE r.store || '' = $2::text AND r.state = 'queued'
                   AND r.paused_until <= clock_timestamp() AND r.leased_until <= clock_timestamp()
                 ORDER BY r.paused_until LIMIT $3::int8
            ), locked AS (
                SELECT l.lane, l.position, l.operation, l.revision FROM tidegate_queue.late AS l
                  JOIN (SELECT DISTINCT lane, position FROM ready) AS r ON l.lane = r.lane AND l.position = r.position
                 WHERE l.store = $2::text AND l.state = 'queued' AND l.leased_until <= clock_timestamp()
                 FOR UPDATE OF l SKIP LOCKED
            ), leased AS (
                UPDATE tidegate_queue.late AS l
                   SET leased_by = $1::uuid, leased_until = clock_timestamp() + $4::int8 * interval '1 millisecond'
                  FROM locked AS k
                 WHERE l.store = $2::text AND l.lane = k.lane AND l.position = k.position
                   AND l.operation = k.operation AND l.revision = k.revision
                RETURNING l.*
            ), parts AS (
                SELECT l.lane, l.position, l.caller, l.batch_id, min(l.since) AS since,
                       json_agg(json_build_object(
                            'operation', l.operation, 'revision', l.revision, 'operations', to_json(l.operations),
                            'patient', CASE WHEN l.patient_until > clock_timestamp() THEN true ELSE l.patient_until > (
                                SELECT coalesce(min(b.accepted_at), 'infinity') FROM tidegate_queue.lane AS w
                                 CROSS JOIN LATERAL (
                                    SELECT p.caller, p.batch_id FROM tidegate_queue.part AS p
                                     WHERE p.store = w.store AND p.lane = w.lane AND p.position > w.settled_position
                                     ORDER BY p.position LIMIT 1) AS head
                                  JOIN tidegate_queue.batch AS b ON b.caller = head.caller AND b.batch_id = head.batch_id
                                 WHERE w.store = $2::text AND w.settled_position < w.last_position) END,
                            'attempts', l.attempts,
                            'corrected', l.corrected,
                            'foremost', NOT EXISTS (
                                SELECT FROM tidegate_queue.late AS e
                                 WHERE e.store = l.store AND e.lane = l.lane AND e.state = 'queued'
                                   AND (e.position, e.operation) < (l.position, l.operation)))
                            ORDER BY l.operation, l.revision)::text AS units
                  FROM leased AS l GROUP BY l.lane, l.position, l.caller, l.batch_id
            )
            SELECT $2::text AS store, u.lane, u.position, u.units, b.caller, b.batch_id, b.client_id, b.profile, b.roles,
                   b.time_zone, b.scope, b.atomic, b.after_batch, b.model_version, b.operations::text AS operations,
                   b.traceparent,
                   ARRAY(SELECT o.index FROM tidegate_queue.outcome AS o
                          WHERE o.caller = b.caller AND o.batch_id = b.batch_id AND o.outcome = 'rejected') AS rejected
              FROM parts AS u JOIN tidegate_queue.batch AS b ON b.caller = u.caller AND b.batch_id = u.batch_id
             ORDER BY u.since, u.lane, u.position
            """;

    // In one order, as whoever settles or changes several.
    private static final String SETTLE = """
            SELECT tidegate_queue.settle_late(store, lane, position, operation, revision, outcomes::json)
              FROM (SELECT * FROM unnest($1::text[], $2::uuid[], $3::int8[], $4::int4[], $5::int4[], $6::text[])
                        AS e(store, lane, position, operation, revision, outcomes)
                     ORDER BY lane, position, operation, revision OFFSET 0) AS ended
            """;

    private static final String HELD = """
            WITH held AS (
                SELECT l.store, l.lane, l.position, l.operation, l.revision FROM tidegate_queue.late AS l
                  JOIN unnest($1::text[], $2::uuid[], $3::int8[], $4::int4[], $5::int4[])
                    AS h(store, lane, position, operation, revision)
                    ON l.store = h.store AND l.lane = h.lane AND l.position = h.position AND l.operation = h.operation
                   AND l.revision = h.revision
                 WHERE l.state = 'queued'
                 ORDER BY l.lane, l.position, l.operation, l.revision FOR UPDATE OF l)
            UPDATE tidegate_queue.late AS l SET %s
              FROM held AS h
             WHERE l.store = h.store AND l.lane = h.lane AND l.position = h.position AND l.operation = h.operation
               AND l.revision = h.revision
            """;

    /** An eighth of what it has waited already, and at the end of its patience at once. */
    private static final String PAUSE = HELD.formatted("""
            leased_by = NULL, leased_until = '-infinity',
            paused_until = least(
                clock_timestamp() + least(greatest((clock_timestamp() - l.since) / 8, interval '250 ms'), interval '30 s'),
                CASE WHEN l.patient_until > clock_timestamp() THEN l.patient_until END)""");

    private static final String POSTPONE = HELD.formatted("""
            leased_by = NULL, leased_until = '-infinity', attempts = attempts + CASE WHEN $7::boolean THEN 1 ELSE 0 END,
            paused_until = clock_timestamp() + $6::int8 * interval '1 millisecond'""");

    // What was taken back with its part waits for the turn of that.
    private static final String RESUME = HELD.formatted(
            "paused_until = CASE WHEN l.paused_until = 'infinity' THEN l.paused_until ELSE '-infinity' END");

    private static final String APPLIED = """
            SELECT l.lane, l.position, l.operation, l.revision FROM tidegate_queue.late AS l
             WHERE l.store = $1::text
               AND (l.lane, l.position, l.operation, l.revision) > ($2::uuid, $3::int8, $4::int4, $5::int4)
               AND l.state = 'settled' AND l.settled_at > now() - interval '30 days'
               AND NOT EXISTS (SELECT FROM tidegate_queue.outcome AS o
                                WHERE o.caller = l.caller AND o.batch_id = l.batch_id AND o.index = ANY(l.operations)
                                  AND o.outcome IN ('rejected', 'conflict'))
               AND NOT EXISTS (SELECT FROM tidegate_queue.late AS n
                                WHERE n.store = l.store AND n.lane = l.lane AND n.position = l.position
                                  AND n.revision > l.revision AND n.operations && l.operations)
             ORDER BY l.lane, l.position, l.operation, l.revision LIMIT $6::int8
            """;

    private static final String TAKE_BACK = """
            SELECT count(*) FILTER (
                    WHERE tidegate_queue.take_back_late(store, lane, position, operation, revision, $6::int8)) AS units
              FROM (SELECT * FROM unnest($1::text[], $2::uuid[], $3::int8[], $4::int4[], $5::int4[])
                        AS e(store, lane, position, operation, revision)
                     ORDER BY lane, position, operation, revision OFFSET 0) AS lost
            """;

    private static final LaneId BEFORE_ALL = new LaneId(new UUID(0, 0));

    private static final String RELEASE = """
            UPDATE tidegate_queue.late SET leased_by = NULL, leased_until = '-infinity'
             WHERE leased_by = $1::uuid AND state = 'queued'
            """;

    private final Pool pool;
    private final Duration deadline;

    /** @param deadline after how long a statement counts as lost */
    public PgLateQueue(Pool pool, Duration deadline) {
        this.pool = pool;
        this.deadline = deadline;
    }

    @Override
    public Uni<List<LatePart>> lease(UUID worker, StoreName store, int most, Duration lease) {
        return guarded(execute(LEASE, Arrays.asList(worker, store.value(), (long) most, lease.toMillis())))
                .map(rows -> StreamSupport.stream(rows.spliterator(), false)
                        .map(PgLateQueue::part)
                        .toList());
    }

    private static LatePart part(Row row) {
        StoreName store = new StoreName(row.getString("store"));
        LaneId lane = new LaneId(row.getUUID("lane"));
        long position = row.getLong("position");
        return new LatePart(
                store,
                lane,
                position,
                PgUploadQueue.key(row),
                PgUploadQueue.submitter(row),
                PgUploadQueue.batch(row),
                List.of(row.getArrayOfIntegers("rejected")),
                QueueJson.readList(row.getString("units")).stream()
                        .map(QueueJson::members)
                        .map(unit -> unit(store, lane, position, unit))
                        .toList());
    }

    private static LateUnit unit(StoreName store, LaneId lane, long position, Map<String, @Nullable Object> json) {
        Object corrected = json.get("corrected");
        Map<Integer, ChangeText> corrections = corrected == null ? Map.of() : QueueJson.readCorrections(corrected);
        return new LateUnit(
                new LatePlace(store, lane, position, number(json.get("operation")), number(json.get("revision"))),
                json.get("operations") instanceof List<?> operations
                        ? operations.stream().map(PgLateQueue::number).toList()
                        : List.of(),
                corrections,
                Boolean.TRUE.equals(json.get("patient")),
                Boolean.TRUE.equals(json.get("foremost")),
                number(json.get("attempts")));
    }

    private static int number(@Nullable Object json) {
        if (json instanceof Integer number) {
            return number;
        }
        throw new IllegalStateException("the queue holds what is no number");
    }

    @Override
    public Uni<Void> settle(Collection<LateSettled> ended) {
        List<Object> values = places(ended.stream().map(LateSettled::place).toList());
        values.add(ended.stream().map(one -> QueueJson.outcomes(one.outcomes())).toArray(String[]::new));
        return done(SETTLE, values);
    }

    @Override
    public Uni<Void> pause(Collection<LatePlace> waiting) {
        return done(PAUSE, places(waiting));
    }

    @Override
    public Uni<Void> postpone(Collection<LatePlace> units, Duration pause, boolean ownFault) {
        List<Object> values = places(units);
        values.add(pause.toMillis());
        values.add(ownFault);
        return done(POSTPONE, values);
    }

    @Override
    public Uni<Void> resume(Collection<LatePlace> units) {
        return done(RESUME, places(units));
    }

    @Override
    public Uni<List<LatePlace>> applied(StoreName store, Optional<LatePlace> after, int most) {
        LatePlace from = after.orElseGet(() -> new LatePlace(store, BEFORE_ALL, 0, 0, 0));
        return guarded(execute(
                        APPLIED,
                        List.of(
                                store.value(),
                                from.lane().value(),
                                from.position(),
                                from.operation(),
                                from.revision(),
                                (long) most)))
                .map(rows -> StreamSupport.stream(rows.spliterator(), false)
                        .map(row -> new LatePlace(
                                store,
                                new LaneId(row.getUUID("lane")),
                                row.getLong("position"),
                                row.getInteger("operation"),
                                row.getInteger("revision")))
                        .toList());
    }

    @Override
    public Uni<Integer> takeBack(Collection<LatePlace> lost, Duration patience) {
        List<Object> values = places(lost);
        values.add(patience.toMillis());
        return guarded(execute(TAKE_BACK, values))
                .map(rows -> Math.toIntExact(rows.iterator().next().getLong("units")));
    }

    @Override
    public Uni<Void> release(UUID worker) {
        return done(RELEASE, List.of(worker));
    }

    private static List<Object> places(Collection<LatePlace> places) {
        return new ArrayList<>(Stream.<Object>of(
                        column(places, place -> place.store().value(), String[]::new),
                        column(places, place -> place.lane().value(), UUID[]::new),
                        column(places, LatePlace::position, Long[]::new),
                        column(places, LatePlace::operation, Integer[]::new),
                        column(places, LatePlace::revision, Integer[]::new))
                .toList());
    }

    private Uni<Void> done(String sql, List<Object> values) {
        return guarded(execute(sql, values)).replaceWithVoid();
    }

    private Uni<RowSet<Row>> execute(String sql, List<Object> values) {
        return pool.preparedQuery(sql).execute(Tuple.from(values));
    }

    private <T> Uni<T> guarded(Uni<T> work) {
        return QueueAnswers.timely(work, deadline);
    }
}
