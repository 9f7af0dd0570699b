package dev.tidegate.store;

import static dev.tidegate.store.Columns.column;

import dev.tidegate.model.BatchId;
import dev.tidegate.model.ClientId;
import dev.tidegate.model.ClientKey;
import dev.tidegate.model.LaneId;
import dev.tidegate.model.ProfileName;
import dev.tidegate.model.RoleName;
import dev.tidegate.model.StoreName;
import dev.tidegate.observation.TraceParent;
import dev.tidegate.policy.Caller;
import dev.tidegate.upload.Acceptance;
import dev.tidegate.upload.BatchKey;
import dev.tidegate.upload.BatchScope;
import dev.tidegate.upload.BatchText;
import dev.tidegate.upload.OperationOutcome;
import dev.tidegate.upload.Part;
import dev.tidegate.upload.QueueRoom;
import dev.tidegate.upload.Settled;
import dev.tidegate.upload.Submission;
import dev.tidegate.upload.Submitter;
import dev.tidegate.upload.UploadQueue;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.Tuple;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * The queue on PostgreSQL, schema {@code tidegate_queue}: one statement for each method (the functions of the migration do the
 * rest), so each is one transaction and one round trip. By the raw client, since it is on the way of every batch.
 */
public final class PgUploadQueue implements UploadQueue {
    // Lane rows are locked, never batches (store-protocol 3). A lane that another worker is locking just now is passed
    // over.
    private static final String LEASE = """
            WITH ready AS (
                SELECT store, lane, leased_by IS NOT NULL AS taken_over FROM tidegate_queue.lane
                 WHERE store = ANY($2::text[]) AND settled_position < last_position
                   AND paused_until <= clock_timestamp() AND leased_until <= clock_timestamp()
                 ORDER BY paused_until LIMIT $3::int8 FOR UPDATE SKIP LOCKED
            ), leased AS (
                UPDATE tidegate_queue.lane AS l
                   SET leased_by = $1::uuid, leased_until = clock_timestamp() + $4::int8 * interval '1 millisecond'
                  FROM ready AS r WHERE l.store = r.store AND l.lane = r.lane
                RETURNING l.store, l.lane, l.client_id, l.settled_position, l.delays, r.taken_over
            )
            SELECT l.store, l.lane, l.client_id, l.delays, l.taken_over, p.position, p.previous, p.operations AS share, p.attempts,
                   b.caller, b.batch_id, b.profile, b.roles, b.time_zone, b.scope, b.atomic, b.after_batch,
                   b.model_version, b.operations::text AS operations, b.accepted_at, b.traceparent,
                   (SELECT json_agg(json_build_object('index', o.index, 'outcome', o.outcome, 'problem', o.problem,
                                                      'current', o.current))::text
                      FROM tidegate_queue.outcome AS o
                     WHERE o.caller = b.caller AND o.batch_id = b.batch_id AND o.index = ANY(p.operations)) AS decided
              FROM leased AS l
              CROSS JOIN LATERAL (
                SELECT * FROM tidegate_queue.part AS q
                 WHERE q.store = l.store AND q.lane = l.lane AND q.position > l.settled_position
                 ORDER BY q.position LIMIT 1) AS p
              JOIN tidegate_queue.batch AS b ON b.caller = p.caller AND b.batch_id = p.batch_id
            """;

    // Whoever locks several lanes and waits for them does so in one order, as intake does.
    private static final String RENEW = """
            WITH held AS (
                SELECT l.store, l.lane FROM tidegate_queue.lane AS l
                  JOIN unnest($2::text[], $3::uuid[]) AS h(store, lane) ON l.store = h.store AND l.lane = h.lane
                 WHERE l.leased_by = $1::uuid ORDER BY l.store, l.lane FOR UPDATE OF l)
            UPDATE tidegate_queue.lane AS l SET leased_until = clock_timestamp() + $4::int8 * interval '1 millisecond'
              FROM held WHERE l.store = held.store AND l.lane = held.lane
            """;

    // In the order of the lanes, as whoever locks several of them.
    private static final String SETTLE = """
            SELECT tidegate_queue.settle(store, lane, position, caller, batch, failed, outcomes::json, patience)
              FROM (SELECT * FROM unnest($1::text[], $2::uuid[], $3::int8[], $4::text[], $5::uuid[], $6::bool[], $7::text[],
                                         $8::int8[])
                        AS e(store, lane, position, caller, batch, failed, outcomes, patience)
                     ORDER BY store, lane OFFSET 0) AS ended
            """;

    private static final String POSTPONE = """
            WITH counted AS (
                UPDATE tidegate_queue.part SET attempts = attempts + 1
                 WHERE $5::boolean AND store = $1::text AND lane = $2::uuid AND position = $3::int8)
            UPDATE tidegate_queue.lane
               SET leased_by = NULL, leased_until = '-infinity', delays = delays + CASE WHEN $5::boolean THEN 0 ELSE 1 END,
                   paused_until = clock_timestamp() + $4::int8 * interval '1 millisecond'
             WHERE store = $1::text AND lane = $2::uuid
            """;

    private static final String RESUME = """
            WITH paused AS (
                SELECT store, lane FROM tidegate_queue.lane
                 WHERE store = $1::text AND settled_position < last_position AND paused_until > clock_timestamp()
                 ORDER BY store, lane FOR UPDATE)
            UPDATE tidegate_queue.lane AS l SET paused_until = '-infinity', delays = 0
              FROM paused AS p WHERE l.store = p.store AND l.lane = p.lane
            """;

    private static final String TAKE_BACK =
            "SELECT tidegate_queue.take_back($1::text, $2::uuid, $3::int8, $4::int8) AS parts";

    private static final String SETTLED_LANES = """
            SELECT lane, settled_position FROM tidegate_queue.lane
             WHERE store = $1::text AND lane > $2::uuid AND settled_position > 0
             ORDER BY lane LIMIT $3::int8
            """;

    private static final UUID BEFORE_ALL = new UUID(0, 0);

    private static final String RELEASE = """
            WITH held AS (
                SELECT store, lane FROM tidegate_queue.lane WHERE leased_by = $1::uuid ORDER BY store, lane FOR UPDATE)
            UPDATE tidegate_queue.lane AS l SET leased_by = NULL, leased_until = '-infinity'
              FROM held AS h WHERE l.store = h.store AND l.lane = h.lane
            """;

    private static final Acceptance UNANSWERED = new Acceptance.Unanswered();

    private final Pool pool;
    private final Duration deadline;
    private final GroupStatement groups;

    /** @param deadline after how long a statement counts as lost */
    public PgUploadQueue(Pool pool, Duration deadline) {
        this.pool = pool;
        this.deadline = deadline;
        this.groups = new GroupStatement(deadline.dividedBy(3));
    }

    @Override
    public Entry entry(Submission submission) {
        return QueueEntry.of(submission);
    }

    @Override
    public Uni<List<Acceptance>> accept(List<? extends Entry> group, QueueRoom room) {
        List<QueueEntry> entries = group.stream().map(QueueEntry.class::cast).toList();
        return guarded(together(entries, room));
    }

    /**
     * By one statement; when the database answers that it cannot be done so, each client by itself, so that only that one
     * fails of which it was said.
     */
    private Uni<List<Acceptance>> together(List<QueueEntry> group, QueueRoom room) {
        return statement(group, room).onFailure(PgFaults::isAboutOne).recoverWithUni(_ -> apart(group, room));
    }

    private Uni<List<Acceptance>> statement(List<QueueEntry> group, QueueRoom room) {
        return execute(GroupStatement.sql(group), groups.values(group, room))
                .map(rows -> GroupStatement.verdicts(group, rows));
    }

    private Uni<List<Acceptance>> apart(List<QueueEntry> group, QueueRoom room) {
        List<Acceptance> verdicts = new ArrayList<>(Collections.nCopies(group.size(), UNANSWERED));
        Map<ClientKey, List<Integer>> clients = IntStream.range(0, group.size())
                .boxed()
                .collect(Collectors.groupingBy(
                        place -> group.get(place).submission().client()));
        List<Uni<Boolean>> all = clients.values().stream()
                .map(places -> oneByOne(
                        places, place -> alone(group.get(place), room).invoke(verdict -> verdicts.set(place, verdict))))
                .toList();
        return Uni.join().all(all).andFailFast().map(_ -> verdicts);
    }

    /** Those of one client stay one after the other, and none goes past one of which nothing is known. */
    private static Uni<Boolean> oneByOne(List<Integer> places, Function<Integer, Uni<? extends Acceptance>> alone) {
        return Multi.createFrom()
                .iterable(places)
                .onItem()
                .transformToUniAndConcatenate(alone)
                .select()
                .first(verdict -> !verdict.equals(UNANSWERED))
                .collect()
                .last()
                .replaceWith(true);
    }

    /** The same id sent twice at once under two client ids: the second finds the first when it asks again. */
    private Uni<Acceptance> alone(QueueEntry entry, QueueRoom room) {
        return statement(List.of(entry), room)
                .map(List::getFirst)
                .onFailure(PgFaults::isOvertaken)
                .retry()
                .atMost(1)
                .onFailure(PgFaults::refusesForGood)
                .recoverWithItem(new Acceptance.NotKeepable())
                .onFailure()
                .recoverWithItem(UNANSWERED);
    }

    @Override
    public Uni<List<Part>> lease(UUID worker, Set<StoreName> stores, int most, Duration lease) {
        String[] names = stores.stream().map(StoreName::value).toArray(String[]::new);
        return guarded(execute(LEASE, Tuple.from(Arrays.asList(worker, names, (long) most, lease.toMillis()))))
                .map(rows -> StreamSupport.stream(rows.spliterator(), false)
                        .map(PgUploadQueue::part)
                        .toList());
    }

    private static Part part(Row row) {
        return new Part(
                new StoreName(row.getString("store")),
                new LaneId(row.getUUID("lane")),
                row.getLong("position"),
                row.getLong("previous"),
                key(row),
                new ClientId(row.getUUID("client_id")),
                submitter(row),
                batch(row),
                List.of(row.getArrayOfIntegers("share")),
                decided(row.getString("decided")),
                row.getInteger("attempts"),
                row.getInteger("delays"),
                row.getOffsetDateTime("accepted_at").toInstant(),
                row.getBoolean("taken_over"));
    }

    /** Of a row with the columns of a batch. */
    static BatchKey key(Row row) {
        return new BatchKey(row.getString("caller"), new BatchId(row.getUUID("batch_id")));
    }

    static Submitter submitter(Row row) {
        Set<RoleName> roles =
                Arrays.stream(row.getArrayOfStrings("roles")).map(RoleName::new).collect(Collectors.toSet());
        return new Submitter(
                new Caller(row.getString("caller"), roles, ZoneId.of(row.getString("time_zone"))),
                new ProfileName(row.getString("profile")),
                Optional.empty(),
                Optional.ofNullable(row.getString("traceparent")).flatMap(TraceParent::parse));
    }

    static BatchText batch(Row row) {
        return new BatchText(
                new BatchId(row.getUUID("batch_id")),
                new ClientId(row.getUUID("client_id")),
                Optional.ofNullable(row.getUUID("after_batch")).map(BatchId::new),
                Optional.ofNullable(row.getString("model_version")),
                BatchScope.of(row.getString("scope")).orElse(BatchScope.FULL),
                row.getBoolean("atomic"),
                QueueJson.readOperations(row.getString("operations")));
    }

    private static List<OperationOutcome> decided(@Nullable String json) {
        if (json == null) {
            return List.of();
        }
        List<OperationOutcome> outcomes = new ArrayList<>();
        if (QueueJson.readObject("{\"all\":" + json + "}").get("all") instanceof List<?> all) {
            for (Object element : all) {
                if (element instanceof Map<?, ?> outcome && outcome.get("index") instanceof Integer index) {
                    outcomes.add(QueueJson.readOutcome(
                            index,
                            String.valueOf(outcome.get("outcome")),
                            textOf(outcome.get("problem")),
                            textOf(outcome.get("current"))));
                }
            }
        }
        return outcomes;
    }

    private static @Nullable String textOf(@Nullable Object json) {
        return json == null ? null : QueueJson.write(json);
    }

    @Override
    public Uni<Void> renew(UUID worker, Collection<Part> parts, Duration lease) {
        String[] stores = parts.stream().map(part -> part.store().value()).toArray(String[]::new);
        UUID[] lanes = parts.stream().map(part -> part.lane().value()).toArray(UUID[]::new);
        return done(RENEW, Arrays.asList(worker, stores, lanes, lease.toMillis()));
    }

    @Override
    public Uni<Void> settle(Collection<Settled> ended) {
        return done(
                SETTLE,
                List.of(
                        column(ended, one -> one.part().store().value(), String[]::new),
                        column(ended, one -> one.part().lane().value(), UUID[]::new),
                        column(ended, one -> one.part().position(), Long[]::new),
                        column(ended, one -> one.part().key().caller(), String[]::new),
                        column(ended, one -> one.part().key().batch().value(), UUID[]::new),
                        column(ended, one -> one.settlement().failed(), Boolean[]::new),
                        column(ended, one -> QueueJson.outcomes(one.settlement().outcomes()), String[]::new),
                        column(ended, one -> one.settlement().patience().toMillis(), Long[]::new)));
    }

    @Override
    public Uni<Void> postpone(Part part, Duration pause, boolean ownFault) {
        return done(
                POSTPONE,
                Arrays.asList(part.store().value(), part.lane().value(), part.position(), pause.toMillis(), ownFault));
    }

    @Override
    public Uni<Integer> takeBack(StoreName store, LaneId lane, long stands, Duration patience) {
        return guarded(execute(TAKE_BACK, Tuple.of(store.value(), lane.value(), stands, patience.toMillis())))
                .map(rows -> Math.toIntExact(rows.iterator().next().getLong("parts")));
    }

    @Override
    public Uni<List<SettledLane>> settledLanes(StoreName store, Optional<LaneId> after, int most) {
        return guarded(execute(
                        SETTLED_LANES,
                        Tuple.of(store.value(), after.map(LaneId::value).orElse(BEFORE_ALL), (long) most)))
                .map(rows -> StreamSupport.stream(rows.spliterator(), false)
                        .map(row -> new SettledLane(new LaneId(row.getUUID("lane")), row.getLong("settled_position")))
                        .toList());
    }

    @Override
    public Uni<Void> resume(StoreName store) {
        return done(RESUME, List.of(store.value()));
    }

    @Override
    public Uni<Void> release(UUID worker) {
        return done(RELEASE, List.of(worker));
    }

    private Uni<Void> done(String sql, List<? extends @Nullable Object> values) {
        return guarded(execute(sql, Tuple.from(new ArrayList<Object>(values)))).replaceWithVoid();
    }

    private Uni<RowSet<Row>> execute(String sql, Tuple values) {
        return pool.preparedQuery(sql).execute(values);
    }

    /** Whatever goes wrong here: the batch is not known to be durable, and sending it again does no harm. */
    private <T> Uni<T> guarded(Uni<T> work) {
        return QueueAnswers.timely(work, deadline);
    }
}
