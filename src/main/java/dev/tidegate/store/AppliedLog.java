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
import java.util.function.Function;
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
            UNION ALL
            SELECT t.hierarchy, t.object_id, t.version_before, t.version_after
              FROM unnest($2::text[], $3::text[]) AS o(hierarchy, object_id)
              JOIN tidegate.touched AS t ON t.lane = $1::uuid AND t.hierarchy = o.hierarchy AND t.object_id = o.object_id
            """;

    private static final String WRITE_TOUCHED = """
            INSERT INTO tidegate.touched (lane, position, hierarchy, object_id, version_before, version_after)
            SELECT $1::uuid, $2::int8, hierarchy, object_id, version_before, version_after
              FROM unnest($3::text[], $4::text[], $5::text[], $6::text[])
                AS t(hierarchy, object_id, version_before, version_after)
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

    /** What is kept of one operation. */
    private record Entry(Step step, OperationOutcome outcome, Optional<Link> link) {}

    /** The versions of an object between which an operation led; where to is known only when it is read again. */
    private static final class Link {
        private final EntityName entity;
        private final Object id;
        private final Optional<String> before;
        private Optional<String> after = Optional.empty();

        Link(EntityName entity, Object id, Optional<String> before) {
            this.entity = entity;
            this.id = id;
            this.before = before;
        }
    }

    /** To go back to when operations are taken back together. */
    record Mark(Map<ObjectKey, Link> last, List<Link> touched) {}

    private final Model model;
    private final SqlConnection connection;
    private final PartWork work;
    private final Map<Integer, Entry> entries = new LinkedHashMap<>();
    private final Map<ObjectKey, OwnVersions> own = new HashMap<>();
    private final Map<ObjectKey, Link> last = new LinkedHashMap<>();
    private final List<Link> touched = new ArrayList<>();

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
        found(key(change), version);
    }

    private void found(ObjectKey key, String version) {
        Link earlier = last.remove(key);
        if (earlier != null) {
            led(key, earlier, version);
        }
    }

    private void led(ObjectKey key, Link link, String version) {
        link.after = Optional.of(version);
        versions(key).add(link.before, version);
    }

    Mark mark() {
        return new Mark(new LinkedHashMap<>(last), List.copyOf(touched));
    }

    void backTo(Mark mark) {
        last.clear();
        last.putAll(mark.last());
        touched.clear();
        touched.addAll(mark.touched());
    }

    void note(Step step, OperationOutcome outcome) {
        entries.put(step.index(), new Entry(step, outcome, Optional.empty()));
    }

    /** An operation has written; {@code others} are the objects that it has touched besides. */
    void wrote(Step step, Change change, Optional<String> before, List<Touches.Touch> others) {
        Link link = new Link(change.entity(), change.id(), before);
        entries.put(step.index(), new Entry(step, OperationOutcome.applied(step.index()), Optional.of(link)));
        others.forEach(this::touched);
        if (change instanceof Change.Delete) {
            last.remove(key(change));
        } else {
            last.put(key(change), link);
        }
    }

    void touched(Touches.Touch touch) {
        ObjectKey key = new ObjectKey(model.root(touch.entity()), touch.id());
        Link open = last.get(key);
        if (open != null && open.before.equals(Optional.of(touch.before())) && touched.contains(open)) {
            return;
        }
        found(key, touch.before());
        Link link = new Link(touch.entity(), touch.id(), Optional.of(touch.before()));
        touched.add(link);
        last.put(key, link);
    }

    /** What an atomic part keeps when one of its operations cannot be applied. */
    void rejectAllBut(Step culprit) {
        last.clear();
        touched.clear();
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
        Map<ObjectKey, Link> open = new HashMap<>(last);
        for (Link link : last.values()) {
            ids.computeIfAbsent(link.entity, _ -> new LinkedHashSet<>()).add(link.id);
        }
        return Multi.createFrom()
                .iterable(ids.entrySet())
                .onItem()
                .transformToUniAndConcatenate(entity -> reads.versions(connection, entity.getKey(), entity.getValue())
                        .invoke(versions -> versions.forEach((id, version) -> {
                            ObjectKey key = new ObjectKey(model.root(entity.getKey()), id);
                            Link link = open.get(key);
                            if (link != null) {
                                led(key, link, version);
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
                .flatMap(_ -> writeTouched());
    }

    private Uni<Void> writeTouched() {
        List<Link> kept = touched.stream()
                .filter(link -> link.after.isPresent() && !link.after.equals(link.before))
                .toList();
        return kept.isEmpty()
                ? Uni.createFrom().voidItem()
                : connection
                        .preparedQuery(WRITE_TOUCHED)
                        .execute(Tuple.of(
                                work.lane().value(),
                                work.position(),
                                texts(kept, link -> model.root(link.entity).toString()),
                                texts(kept, link -> idText(link.entity, link.id)),
                                texts(kept, link -> link.before.orElse("")),
                                texts(kept, link -> link.after.orElse(""))))
                        .replaceWithVoid();
    }

    private static String[] texts(List<Link> links, Function<Link, String> text) {
        return links.stream().map(text).toArray(String[]::new);
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
        row.put("version_before", entry.link.flatMap(link -> link.before).orElse(null));
        row.put("version_after", entry.link.flatMap(link -> link.after).orElse(null));
        entry.outcome.problem().ifPresent(problem -> row.put("problem", QueueJson.problem(problem)));
        entry.outcome.current().ifPresent(current -> row.put("current", current.json()));
        return row;
    }

    private ObjectKey key(Change change) {
        return new ObjectKey(model.root(change.entity()), change.id());
    }

    private String idText(Change change) {
        return idText(change.entity(), change.id());
    }

    private String idText(EntityName entity, Object id) {
        return model.entity(entity).identity().type().valueType().print(id);
    }

    static Optional<Row> first(Iterable<Row> rows) {
        var iterator = rows.iterator();
        return iterator.hasNext() ? Optional.of(iterator.next()) : Optional.empty();
    }
}
