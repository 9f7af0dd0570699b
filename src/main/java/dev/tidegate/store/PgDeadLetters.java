package dev.tidegate.store;

import dev.tidegate.model.BatchId;
import dev.tidegate.model.ClientId;
import dev.tidegate.model.ClientKey;
import dev.tidegate.model.ErrorId;
import dev.tidegate.model.ProfileName;
import dev.tidegate.model.RoleName;
import dev.tidegate.policy.Caller;
import dev.tidegate.upload.Attempt;
import dev.tidegate.upload.AuditEntry;
import dev.tidegate.upload.AuditFilter;
import dev.tidegate.upload.BatchScope;
import dev.tidegate.upload.DeadLetter;
import dev.tidegate.upload.DeadLetterFile;
import dev.tidegate.upload.DeadLetterFilter;
import dev.tidegate.upload.DeadLetterPage;
import dev.tidegate.upload.DeadLetters;
import dev.tidegate.upload.DeskAct;
import dev.tidegate.upload.DeskVerdict;
import dev.tidegate.upload.ListPlace;
import dev.tidegate.upload.Retry;
import dev.tidegate.upload.Submitter;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * Operations that could not be applied, on PostgreSQL: pages by the key of the last row, bounded in bytes too, so that nothing
 * is held between two of them; acts by the functions of the migration, each statement a transaction.
 */
public final class PgDeadLetters implements DeadLetters {
    /** Of operations and objects of one page; the first one comes in any case. */
    private static final int MOST_BYTES = 4 * 1024 * 1024;

    private static final String COLUMNS = """
            SELECT e.error_id, e.seq, e.caller, e.client_id, e.batch_id, e.index, coalesce(b.profile, '') AS profile,
                   e.operation::text AS operation, e.corrected::text AS corrected, e.problem::text AS problem,
                   e.current::text AS current, e.at,
                   EXISTS (SELECT FROM tidegate_queue.late AS l
                            WHERE l.caller = e.caller AND l.batch_id = e.batch_id AND l.state = 'queued'
                              AND e.index = ANY(l.operations)) AS retrying""";

    private static final String PAGE = COLUMNS + """
            , e.found
              FROM (SELECT t.*, sum(t.size) OVER (ORDER BY t.seq) - t.size AS bytes_before, count(*) OVER () AS found
                      FROM (SELECT e.*, octet_length(e.operation::text) + coalesce(octet_length(e.corrected::text), 0)
                                        + octet_length(e.problem::text) + coalesce(octet_length(e.current::text), 0) AS size
                              FROM tidegate_queue.error AS e WHERE %s ORDER BY e.seq LIMIT %s::int8) AS t) AS e
              LEFT JOIN tidegate_queue.batch AS b ON b.caller = e.caller AND b.batch_id = e.batch_id
             WHERE e.bytes_before < %s::int8 ORDER BY e.seq
            """;

    private static final String FILE = COLUMNS + """
            , b.roles, b.time_zone, b.scope, b.model_version,
                   (SELECT o.outcome FROM tidegate_queue.outcome AS o
                     WHERE o.caller = e.caller AND o.batch_id = e.batch_id AND o.index = e.index) AS outcome,
                   (SELECT max(l.settled_at) FROM tidegate_queue.late AS l
                     WHERE l.caller = e.caller AND l.batch_id = e.batch_id AND e.index = ANY(l.operations)) AS tried_at,
                   (SELECT json_agg(json_build_object(
                               'by', r.actor, 'at', r.at, 'corrected', r.corrected,
                               'outcome', r.outcome, 'problem', r.problem, 'endedAt', r.ended_at) ORDER BY r.revision)::text
                      FROM tidegate_queue.retry AS r
                     WHERE r.caller = e.caller AND r.batch_id = e.batch_id AND r.index = e.index) AS retries
              FROM tidegate_queue.error AS e
              JOIN tidegate_queue.batch AS b ON b.caller = e.caller AND b.batch_id = e.batch_id
             WHERE e.error_id = $1::uuid AND ($2::text IS NULL OR e.caller = $2::text)
            """;

    private static final String RETRY = """
            SELECT number, tidegate_queue.retry_error(error, store, corrected::json, $4::text, $5::text, $6::text,
                       $7::text::json, $8::uuid, $9::int8 * interval '1 millisecond', $10::bool) AS verdict
              FROM unnest($1::uuid[], $2::text[], $3::text[]) WITH ORDINALITY AS r(error, store, corrected, number)
            """;

    private static final String DISCARD = """
            SELECT number, tidegate_queue.discard_error(error, $2::text, $3::text, $4::text, $5::text::json, $6::bool) AS verdict
              FROM unnest($1::uuid[]) WITH ORDINALITY AS d(error, number)
            """;

    private final Pool pool;
    private final Duration deadline;
    private final Duration patience;

    /**
     * @param deadline after how long a statement counts as lost
     * @param patience how long a retried operation may wait for objects that are not there
     */
    public PgDeadLetters(Pool pool, Duration deadline, Duration patience) {
        this.pool = pool;
        this.deadline = deadline;
        this.patience = patience;
    }

    // Looking

    @Override
    public Uni<DeadLetterPage> page(DeadLetterFilter filter, ListPlace from, OptionalLong last, int limit) {
        RowQuery query = RowQuery.of(filter, from, last);
        String sql = PAGE.formatted(query.conditions(), query.bind(limit + 1L), query.bind((long) MOST_BYTES));
        return execute(sql, query.values()).map(rows -> page(rows, limit));
    }

    private static DeadLetterPage page(RowSet<Row> rows, int limit) {
        List<DeadLetter> letters =
                stream(rows).limit(limit).map(PgDeadLetters::letter).toList();
        long found = stream(rows).findFirst().map(row -> row.getLong("found")).orElse(0L);
        return new DeadLetterPage(letters, found > letters.size());
    }

    @Override
    public Uni<Long> lastPlace() {
        return execute("SELECT coalesce(max(seq), 0) FROM tidegate_queue.error", Tuple.tuple())
                .map(rows -> rows.iterator().next().getLong(0));
    }

    @Override
    public Uni<Optional<DeadLetterFile>> find(ErrorId error, Optional<String> owner) {
        return execute(FILE, Tuple.of(error.value(), owner.orElse(null)))
                .map(rows -> stream(rows).findFirst().map(PgDeadLetters::file));
    }

    private static DeadLetter letter(Row row) {
        return new DeadLetter(
                new ErrorId(row.getUUID("error_id")),
                row.getLong("seq"),
                client(row),
                new ProfileName(row.getString("profile")),
                new BatchId(row.getUUID("batch_id")),
                row.getInteger("index"),
                QueueJson.readObject(row.getString("operation")),
                Optional.ofNullable(row.getString("corrected")).map(QueueJson::readObject),
                QueueJson.readProblem(row.getString("problem")),
                QueueJson.readCurrent(row.getString("current")),
                instant(row, "at"),
                row.getBoolean("retrying"));
    }

    private static ClientKey client(Row row) {
        return new ClientKey(row.getString("caller"), new ClientId(row.getUUID("client_id")));
    }

    private static DeadLetterFile file(Row row) {
        DeadLetter letter = letter(row);
        Set<RoleName> roles =
                Arrays.stream(row.getArrayOfStrings("roles")).map(RoleName::new).collect(Collectors.toSet());
        return new DeadLetterFile(
                letter,
                new Submitter(
                        new Caller(letter.client().caller(), roles, ZoneId.of(row.getString("time_zone"))),
                        letter.profile()),
                BatchScope.of(row.getString("scope")).orElse(BatchScope.FULL),
                Optional.ofNullable(row.getString("model_version")),
                attempts(row, letter));
    }

    /** Each retry has noted how the attempt before it ended; how the last one did stands with the error. */
    private static List<Attempt> attempts(Row row, DeadLetter letter) {
        List<Attempt> attempts = new ArrayList<>();
        Optional<Map<String, @Nullable Object>> before = Optional.empty();
        for (Map<String, @Nullable Object> retry : retries(row.getString("retries"))) {
            Instant endedAt = time(retry, "endedAt");
            attempts.add(attempt(
                    before,
                    Optional.of(new Attempt.Ended(
                            String.valueOf(retry.get("outcome")),
                            QueueJson.readProblem(QueueJson.members(retry.get("problem"))),
                            endedAt))));
            before = Optional.of(retry);
        }
        Instant endedAt = row.getOffsetDateTime("tried_at") == null ? letter.at() : instant(row, "tried_at");
        String outcome = row.getString("outcome");
        attempts.add(attempt(
                before,
                letter.retrying()
                        ? Optional.empty()
                        : Optional.of(
                                new Attempt.Ended(outcome == null ? "rejected" : outcome, letter.problem(), endedAt))));
        return attempts;
    }

    private static List<Map<String, @Nullable Object>> retries(@Nullable String json) {
        List<Map<String, @Nullable Object>> retries = new ArrayList<>();
        if (json != null) {
            QueueJson.readList(json).forEach(retry -> retries.add(QueueJson.members(retry)));
        }
        return retries;
    }

    private static Attempt attempt(Optional<Map<String, @Nullable Object>> retry, Optional<Attempt.Ended> ended) {
        return new Attempt(
                retry.map(it -> new Attempt.Asked(String.valueOf(it.get("by")), time(it, "at"))),
                retry.filter(it -> it.get("corrected") != null).map(it -> QueueJson.members(it.get("corrected"))),
                ended);
    }

    private static Instant time(Map<String, @Nullable Object> json, String member) {
        return OffsetDateTime.parse(String.valueOf(json.get(member))).toInstant();
    }

    private static Instant instant(Row row, String column) {
        return row.getOffsetDateTime(column).toInstant();
    }

    // Acting

    @Override
    public Uni<List<DeskVerdict>> retry(List<Retry> retries, DeskAct act, boolean patient) {
        return execute(
                        RETRY,
                        Tuple.from(Arrays.asList(
                                retries.stream()
                                        .map(retry -> retry.error().value())
                                        .toArray(UUID[]::new),
                                retries.stream()
                                        .map(retry -> retry.store().value())
                                        .toArray(String[]::new),
                                retries.stream().map(PgDeadLetters::corrected).toArray(String[]::new),
                                act.owner().orElse(null),
                                act.actor(),
                                act.reason().orElse(null),
                                filter(act),
                                act.run().orElse(null),
                                patience.toMillis(),
                                patient)))
                .map(PgDeadLetters::verdicts);
    }

    private static @Nullable String corrected(Retry retry) {
        return retry.corrected()
                .map(change -> QueueJson.write(QueueJson.operation(change)))
                .orElse(null);
    }

    @Override
    public Uni<List<DeskVerdict>> discard(List<ErrorId> errors, DeskAct act, boolean patient) {
        return execute(
                        DISCARD,
                        Tuple.from(Arrays.asList(
                                errors.stream().map(ErrorId::value).toArray(UUID[]::new),
                                act.owner().orElse(null),
                                act.actor(),
                                act.reason().orElse(null),
                                filter(act),
                                patient)))
                .map(PgDeadLetters::verdicts);
    }

    private static @Nullable String filter(DeskAct act) {
        return act.filter().map(filter -> QueueJson.write(filter.names())).orElse(null);
    }

    /** In the order of what was asked. */
    private static List<DeskVerdict> verdicts(RowSet<Row> rows) {
        DeskVerdict[] verdicts = new DeskVerdict[rows.size()];
        for (Row row : rows) {
            verdicts[Math.toIntExact(row.getLong("number")) - 1] =
                    DeskVerdict.valueOf(row.getString("verdict").toUpperCase(Locale.ROOT));
        }
        return List.of(verdicts);
    }

    // What was written down

    @Override
    public Uni<List<AuditEntry>> audit(AuditFilter filter, long after, int limit) {
        RowQuery query = RowQuery.of(filter, after);
        String sql = """
                SELECT a.id, a.at, a.actor, a.action, a.error_id, a.caller, a.client_id, a.batch_id, a.index, a.corrected,
                       a.reason, a.filter::text AS filter
                  FROM tidegate_queue.audit AS a WHERE %s ORDER BY a.id LIMIT %s::int8
                """.formatted(query.conditions(), query.bind((long) limit));
        return execute(sql, query.values())
                .map(rows -> stream(rows).map(PgDeadLetters::entry).toList());
    }

    private static AuditEntry entry(Row row) {
        return new AuditEntry(
                row.getLong("id"),
                instant(row, "at"),
                row.getString("actor"),
                row.getString("action"),
                new ErrorId(row.getUUID("error_id")),
                client(row),
                new BatchId(row.getUUID("batch_id")),
                row.getInteger("index"),
                row.getBoolean("corrected"),
                Optional.ofNullable(row.getString("reason")),
                Optional.ofNullable(row.getString("filter")).map(PgDeadLetters::names));
    }

    private static Map<String, String> names(String json) {
        Map<String, String> names = new LinkedHashMap<>();
        QueueJson.readObject(json).forEach((name, value) -> names.put(name, String.valueOf(value)));
        return names;
    }

    private static Stream<Row> stream(RowSet<Row> rows) {
        return StreamSupport.stream(rows.spliterator(), false);
    }

    private Uni<RowSet<Row>> execute(String sql, Tuple values) {
        return QueueAnswers.timely(pool.preparedQuery(sql).execute(values), deadline);
    }
}
