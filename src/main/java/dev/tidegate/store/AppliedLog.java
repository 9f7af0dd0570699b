package dev.tidegate.store;

import dev.tidegate.model.Change;
import dev.tidegate.model.ConflictPolicy;
import dev.tidegate.model.EntityName;
import dev.tidegate.model.Model;
import dev.tidegate.upload.OperationOutcome;
import dev.tidegate.upload.OwnVersions;
import dev.tidegate.upload.PartWork;
import dev.tidegate.upload.Step;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What the store will remember of a part: an outcome for each operation, with the versions between which it led. The versions
 * of one client's operations on an object form a chain without gaps, also over what triggers of the store do besides, since
 * the object stays locked from the first of them to the end.
 */
final class AppliedLog {
    private static final String OWN_VERSIONS = """
            SELECT a.hierarchy, a.object_id, a.version_before, a.version_after
              FROM unnest($2::text[], $3::text[]) AS o(hierarchy, object_id)
              JOIN tidegate.applied AS a ON a.lane = $1::uuid AND a.hierarchy = o.hierarchy AND a.object_id = o.object_id
             WHERE a.version_after IS NOT NULL
            """;

    private static final String WRITE = """
            INSERT INTO tidegate.applied (lane, position, operation, outcome, entity, hierarchy, object_id,
                                          version_before, version_after, problem, current)
            SELECT $1::uuid, $2::int8, operation, outcome, entity, hierarchy, object_id, version_before, version_after,
                   problem, current
              FROM json_to_recordset($3::text::json) AS r(operation int4, outcome text, entity text, hierarchy text,
                   object_id text, version_before text, version_after text, problem json, current json)
            """;

    private record ObjectKey(EntityName root, Object id) {}

    /** What is kept of one operation; versions only where it wrote. */
    private static final class Entry {
        private final Step step;
        private final OperationOutcome outcome;
        private Optional<Change> written = Optional.empty();
        private Optional<String> before = Optional.empty();
        private Optional<String> after = Optional.empty();

        Entry(Step step, OperationOutcome outcome) {
            this.step = step;
            this.outcome = outcome;
        }
    }

    private final Model model;
    private final SqlConnection connection;
    private final PartWork work;
    private final Map<Integer, Entry> entries = new LinkedHashMap<>();
    private final Map<ObjectKey, OwnVersions> own = new HashMap<>();
    private final Map<ObjectKey, Entry> last = new LinkedHashMap<>();

    AppliedLog(Model model, SqlConnection connection, PartWork work) {
        this.model = model;
        this.connection = connection;
        this.work = work;
    }

    /** Reads what the client made of the part's objects before, where a conflict policy asks for it. */
    Uni<Void> loadOwnVersions() {
        Map<String, ObjectKey> wanted = new LinkedHashMap<>();
        List<String> roots = new ArrayList<>();
        List<String> ids = new ArrayList<>();
        for (Step step : work.steps()) {
            if (step.todo() instanceof Step.Write write
                    && write.policy() != ConflictPolicy.LAST_WINS
                    && !(write.change() instanceof Change.Create)) {
                ObjectKey key = key(write.change());
                if (wanted.put(key.root() + " " + idText(write.change()), key) == null) {
                    roots.add(key.root().toString());
                    ids.add(idText(write.change()));
                }
            }
        }
        if (wanted.isEmpty()) {
            return Uni.createFrom().voidItem();
        }
        return connection
                .preparedQuery(OWN_VERSIONS)
                .execute(Tuple.of(work.lane().value(), roots.toArray(String[]::new), ids.toArray(String[]::new)))
                .invoke(rows -> rows.forEach(row -> {
                    ObjectKey key = wanted.get(row.getString("hierarchy") + " " + row.getString("object_id"));
                    if (key != null) {
                        versions(key)
                                .add(
                                        Optional.ofNullable(row.getString("version_before")),
                                        row.getString("version_after"));
                    }
                }))
                .replaceWithVoid();
    }

    OwnVersions ownVersions(Change change) {
        return versions(key(change));
    }

    private OwnVersions versions(ObjectKey key) {
        return own.computeIfAbsent(key, _ -> new OwnVersions());
    }

    /** The stored version of an object, as read just now: what this transaction did to it last led there. */
    void found(Change change, String version) {
        Entry earlier = last.remove(key(change));
        if (earlier != null) {
            led(earlier, version);
        }
    }

    private void led(Entry entry, String version) {
        entry.after = Optional.of(version);
        entry.written.ifPresent(change -> versions(key(change)).add(entry.before, version));
    }

    void note(Step step, OperationOutcome outcome) {
        entries.put(step.index(), new Entry(step, outcome));
    }

    void wrote(Step step, Change change, Optional<String> before) {
        Entry entry = new Entry(step, OperationOutcome.applied(step.index()));
        entry.written = Optional.of(change);
        entry.before = before;
        entries.put(step.index(), entry);
        if (change instanceof Change.Delete) {
            last.remove(key(change));
        } else {
            last.put(key(change), entry);
        }
    }

    /** What an atomic part keeps when one of its operations cannot be applied. */
    void rejectAllBut(Step culprit) {
        last.clear();
        for (Step step : work.steps()) {
            Entry entry = entries.get(step.index());
            if (entry == null || !entry.outcome.isError()) {
                note(
                        step,
                        OperationOutcome.rejected(
                                step.index(),
                                dev.tidegate.problem.ProblemCode.BATCH_FAILED,
                                "The batch is atomic, and its operation " + culprit.index()
                                        + " could not be applied, so none was."));
            }
        }
    }

    Optional<OperationOutcome> outcomeOf(Step step) {
        return Optional.ofNullable(entries.get(step.index())).map(entry -> entry.outcome);
    }

    List<OperationOutcome> outcomes() {
        return work.steps().stream().flatMap(step -> outcomeOf(step).stream()).toList();
    }

    /** Reads the versions that the part leaves, a statement for each entity. */
    Uni<Void> noteLastVersions(ObjectReads reads) {
        Map<EntityName, Set<Object>> ids = new TreeMap<>();
        Map<ObjectKey, Entry> open = new HashMap<>(last);
        for (Entry entry : last.values()) {
            Change change = entry.written.orElseThrow();
            ids.computeIfAbsent(change.entity(), _ -> new LinkedHashSet<>()).add(change.id());
        }
        return Multi.createFrom()
                .iterable(ids.entrySet())
                .onItem()
                .transformToUniAndConcatenate(entity -> reads.versions(connection, entity.getKey(), entity.getValue())
                        .invoke(versions -> versions.forEach((id, version) -> {
                            Entry entry = open.get(new ObjectKey(model.root(entity.getKey()), id));
                            if (entry != null) {
                                led(entry, version);
                            }
                        })))
                .collect()
                .last()
                .replaceWithVoid();
    }

    Uni<Void> write() {
        List<Map<String, @Nullable Object>> rows =
                entries.values().stream().map(this::row).toList();
        return connection
                .preparedQuery(WRITE)
                .execute(Tuple.of(work.lane().value(), work.position(), QueueJson.write(rows)))
                .replaceWithVoid();
    }

    private Map<String, @Nullable Object> row(Entry entry) {
        Map<String, @Nullable Object> row = new LinkedHashMap<>();
        row.put("operation", entry.step.index());
        row.put("outcome", entry.outcome.key());
        row.put("entity", entry.step.entity());
        switch (entry.step.todo()) {
            case Step.Write write -> {
                row.put("hierarchy", model.root(write.change().entity()).toString());
                row.put("object_id", idText(write.change()));
            }
            case Step.Keep _ -> row.put("object_id", entry.step.id().orElse(null));
        }
        row.put("version_before", entry.before.orElse(null));
        row.put("version_after", entry.after.orElse(null));
        entry.outcome.problem().ifPresent(problem -> row.put("problem", QueueJson.problem(problem)));
        entry.outcome.current().ifPresent(current -> row.put("current", current.json()));
        return row;
    }

    private ObjectKey key(Change change) {
        return new ObjectKey(model.root(change.entity()), change.id());
    }

    private String idText(Change change) {
        return model.entity(change.entity()).identity().type().valueType().print(change.id());
    }

    static Optional<Row> first(Iterable<Row> rows) {
        var iterator = rows.iterator();
        return iterator.hasNext() ? Optional.of(iterator.next()) : Optional.empty();
    }
}
