package dev.tidegate.store;

import static dev.tidegate.store.Columns.column;

import dev.tidegate.model.Change;
import dev.tidegate.model.ConflictPolicy;
import dev.tidegate.model.EntityName;
import dev.tidegate.model.LaneId;
import dev.tidegate.model.Model;
import dev.tidegate.upload.ApplyUnit;
import dev.tidegate.upload.ObjectKey;
import dev.tidegate.upload.OperationOutcome;
import dev.tidegate.upload.OwnVersions;
import dev.tidegate.upload.PartWork;
import dev.tidegate.upload.Step;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What the store will remember of a group: an outcome for each operation, with the versions between which it led. The versions
 * of one client's operations on an object form a chain without gaps, also over what triggers of the store do besides, since
 * the object stays locked from the first of them to the end.
 *
 * <p>Where two clients of a group change one object, the chain of the first ends where the second finds the object, so that the
 * second's change stays somebody else's to the first. That needs another version after each write (store-protocol 23): an object
 * is written once in a savepoint, and each savepoint has an xid, hence an xmin, of its own.
 */
final class AppliedLog {
    private static final String OWN_VERSIONS = """
            SELECT a.lane, a.hierarchy, a.object_id, a.version_before, a.version_after
              FROM unnest($1::uuid[], $2::text[], $3::text[]) AS o(lane, hierarchy, object_id)
              JOIN tidegate.applied AS a ON a.lane = o.lane AND a.hierarchy = o.hierarchy AND a.object_id = o.object_id
             WHERE a.version_after IS NOT NULL
            UNION ALL
            SELECT t.lane, t.hierarchy, t.object_id, t.version_before, t.version_after
              FROM unnest($1::uuid[], $2::text[], $3::text[]) AS o(lane, hierarchy, object_id)
              JOIN tidegate.touched AS t ON t.lane = o.lane AND t.hierarchy = o.hierarchy AND t.object_id = o.object_id
            """;

    private static final String WRITE_TOUCHED = """
            INSERT INTO tidegate.touched (lane, position, hierarchy, object_id, version_before, version_after)
            SELECT lane, position, hierarchy, object_id, version_before, version_after
              FROM unnest($1::uuid[], $2::int8[], $3::text[], $4::text[], $5::text[], $6::text[])
                AS t(lane, position, hierarchy, object_id, version_before, version_after)
            """;

    private static final String WRITE = """
            INSERT INTO tidegate.applied (lane, position, operation, revision, outcome, entity, hierarchy, object_id,
                                          version_before, version_after, problem, current, creates, batch)
            SELECT lane, position, operation, revision, outcome, entity, hierarchy, object_id, version_before, version_after,
                   problem::json, current::json, creates, batch
              FROM unnest($1::uuid[], $2::int8[], $3::int4[], $4::int4[], $5::text[], $6::text[], $7::text[], $8::text[],
                          $9::text[], $10::text[], $11::text[], $12::text[], $13::bool[], $14::uuid[])
                AS r(lane, position, operation, revision, outcome, entity, hierarchy, object_id, version_before,
                     version_after, problem, current, creates, batch)
            """;

    /** An object as one client knows it. */
    private record Seen(LaneId lane, ObjectKey key) {}

    /** What is kept of one operation. */
    private record Entry(PartWork part, Step step, OperationOutcome outcome, Optional<Link> link) {
        /** What still waits after its turn is remembered as it is. */
        boolean isNews() {
            return !(part.isLate() && outcome.isParked());
        }
    }

    /** The versions of an object between which an operation led; where to is known only when it is read again. */
    private static final class Link {
        private final PartWork part;
        private final EntityName entity;
        private final Object id;
        private final Optional<String> before;
        private Optional<String> after = Optional.empty();

        Link(PartWork part, EntityName entity, Object id, Optional<String> before) {
            this.part = part;
            this.entity = entity;
            this.id = id;
            this.before = before;
        }
    }

    /** To go back to when operations are taken back together. */
    record Mark(Map<ObjectKey, Link> last, List<Link> touched) {}

    private final Model model;
    private final SqlConnection connection;
    private final Map<Parking.Spot, Entry> entries = new LinkedHashMap<>();
    private final Map<Seen, OwnVersions> own = new HashMap<>();
    private final Map<ObjectKey, Link> last = new LinkedHashMap<>();
    private final Set<Link> touched = Collections.newSetFromMap(new IdentityHashMap<>());
    private final Parking parking;
    private Map<LaneId, List<UUID>> asides = Map.of();

    AppliedLog(Model model, SqlConnection connection) {
        this.model = model;
        this.connection = connection;
        this.parking = new Parking(model, connection);
    }

    /** What is parked, also by this group. */
    Parking parking() {
        return parking;
    }

    /** Under which other names the store keeps what clients did. */
    void alsoKept(Map<LaneId, List<UUID>> names) {
        asides = names;
    }

    /** Reads what the clients made of their parts' objects before, where a conflict policy asks for it. */
    Uni<Void> loadOwnVersions(List<PartWork> group) {
        Map<Seen, String> wanted = new LinkedHashMap<>();
        for (PartWork part : group) {
            for (Step step : part.steps()) {
                if (step.todo() instanceof Step.Write write
                        && write.policy() != ConflictPolicy.LAST_WINS
                        && !(write.change() instanceof Change.Create)) {
                    wanted.put(new Seen(part.lane(), key(write.change())), idText(model, write.change()));
                }
            }
        }
        if (wanted.isEmpty()) {
            return Uni.createFrom().voidItem();
        }
        Map<List<Object>, Seen> known = new LinkedHashMap<>();
        wanted.forEach((seen, id) -> names(seen.lane())
                .forEach(lane -> known.put(List.of(lane, seen.key().root().toString(), id), seen)));
        Set<List<Object>> all = known.keySet();
        return connection
                .preparedQuery(OWN_VERSIONS)
                .execute(Tuple.of(
                        column(all, one -> one.get(0), UUID[]::new),
                        column(all, one -> one.get(1), String[]::new),
                        column(all, one -> one.get(2), String[]::new)))
                .invoke(rows -> rows.forEach(row -> Optional.ofNullable(known.get(List.<Object>of(
                                row.getUUID("lane"), row.getString("hierarchy"), row.getString("object_id"))))
                        .ifPresent(seen -> versions(seen)
                                .add(
                                        Optional.ofNullable(row.getString("version_before")),
                                        row.getString("version_after")))))
                .replaceWithVoid();
    }

    private Stream<UUID> names(LaneId lane) {
        return Stream.concat(Stream.of(lane.value()), asides.getOrDefault(lane, List.of()).stream());
    }

    OwnVersions ownVersions(PartWork part, Change change) {
        return versions(new Seen(part.lane(), key(change)));
    }

    private OwnVersions versions(Seen seen) {
        return own.computeIfAbsent(seen, _ -> new OwnVersions());
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
        versions(new Seen(link.part.lane(), key)).add(link.before, version);
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

    void note(PartWork part, Step step, OperationOutcome outcome) {
        keep(new Entry(part, step, outcome, Optional.empty()));
    }

    private void keep(Entry entry) {
        entries.put(Parking.Spot.of(entry.part(), entry.step()), entry);
        parking.noted(entry.part(), entry.step(), entry.outcome());
    }

    /** An operation has written; {@code others} are the objects that it has touched besides. */
    void wrote(Fine fine, List<Touches.Touch> others) {
        PartWork part = fine.unit().part();
        Step step = fine.unit().step();
        Change change = fine.change();
        Link link = new Link(part, change.entity(), change.id(), fine.before());
        keep(new Entry(part, step, fine.written(), Optional.of(link)));
        others.forEach(touch -> touched(part, touch));
        if (change instanceof Change.Delete) {
            last.remove(key(change));
        } else {
            last.put(key(change), link);
        }
    }

    void touched(PartWork part, Touches.Touch touch) {
        ObjectKey key = ObjectKey.of(model, touch.entity(), touch.id());
        Link open = last.get(key);
        if (open != null && open.before.equals(Optional.of(touch.before())) && touched.contains(open)) {
            return;
        }
        found(key, touch.before());
        Link link = new Link(part, touch.entity(), touch.id(), Optional.of(touch.before()));
        touched.add(link);
        last.put(key, link);
    }

    Optional<OperationOutcome> outcomeOf(PartWork part, Step step) {
        return Optional.ofNullable(entries.get(Parking.Spot.of(part, step))).map(entry -> entry.outcome);
    }

    List<OperationOutcome> outcomes(PartWork part) {
        return part.steps().stream()
                .flatMap(step -> outcomeOf(part, step).stream())
                .toList();
    }

    /** Reads the versions that the group leaves, a statement for each entity. */
    Uni<Void> noteLastVersions(ObjectReads reads) {
        return noteVersions(last.values(), reads);
    }

    /** What another client is about to refer to may be changed by the store because of that: the chain of the first ends here. */
    Uni<Void> noteVersionsBefore(List<ApplyUnit> wave, ObjectReads reads) {
        Set<Link> ending = new LinkedHashSet<>();
        for (ApplyUnit unit : last.isEmpty() ? List.<ApplyUnit>of() : wave) {
            for (Step step : unit.steps()) {
                if (step.todo() instanceof Step.Write write) {
                    ObjectKey.referredTo(model, write.change())
                            .flatMap(key -> Optional.ofNullable(last.get(key)).stream())
                            .filter(link -> !link.part.lane().equals(unit.part().lane()))
                            .forEach(ending::add);
                }
            }
        }
        return noteVersions(ending, reads);
    }

    private Uni<Void> noteVersions(Collection<Link> links, ObjectReads reads) {
        Map<EntityName, Set<Object>> ids = new TreeMap<>();
        for (Link link : links) {
            ids.computeIfAbsent(link.entity, _ -> new LinkedHashSet<>()).add(link.id);
        }
        return InARow.all(ids.entrySet().stream()
                .map(entity -> reads.versions(connection, entity.getKey(), entity.getValue())
                        .invoke(versions -> versions.forEach(
                                (id, version) -> found(ObjectKey.of(model, entity.getKey(), id), version))))
                .toList());
    }

    Uni<Void> write() {
        List<Entry> all = entries.values().stream().filter(Entry::isNews).toList();
        return all.isEmpty() ? Uni.createFrom().voidItem() : write(all);
    }

    private Uni<Void> write(List<Entry> all) {
        return connection
                .preparedQuery(WRITE)
                .execute(Tuple.from(new Object[] {
                    column(all, entry -> entry.part.lane().value(), UUID[]::new),
                    column(all, entry -> entry.part.position(), Long[]::new),
                    column(all, entry -> entry.step.index(), Integer[]::new),
                    column(all, entry -> entry.part.revision(entry.step), Integer[]::new),
                    column(all, entry -> entry.outcome.key(), String[]::new),
                    column(all, entry -> entry.step.entity(), String[]::new),
                    column(all, this::hierarchy, String[]::new),
                    column(all, this::objectId, String[]::new),
                    column(all, entry -> entry.link.flatMap(link -> link.before).orElse(null), String[]::new),
                    column(all, entry -> entry.link.flatMap(link -> link.after).orElse(null), String[]::new),
                    column(all, AppliedLog::problem, String[]::new),
                    column(all, AppliedLog::current, String[]::new),
                    column(all, AppliedLog::creates, Boolean[]::new),
                    column(all, entry -> entry.part.batch().value(), UUID[]::new)
                }))
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
                                column(kept, link -> link.part.lane().value(), UUID[]::new),
                                column(kept, link -> link.part.position(), Long[]::new),
                                column(kept, link -> model.root(link.entity).toString(), String[]::new),
                                column(kept, link -> idText(model, link.entity, link.id), String[]::new),
                                column(kept, link -> link.before.orElse(""), String[]::new),
                                column(kept, link -> link.after.orElse(""), String[]::new)))
                        .replaceWithVoid();
    }

    private @Nullable String hierarchy(Entry entry) {
        return entry.step
                .change()
                .map(change -> model.root(change.entity()).toString())
                .orElse(null);
    }

    private @Nullable String objectId(Entry entry) {
        return entry.step
                .change()
                .map(change -> idText(model, change))
                .or(entry.step::id)
                .orElse(null);
    }

    /** Of interest for what is parked only. */
    private static @Nullable Boolean creates(Entry entry) {
        return entry.outcome.isParked()
                ? entry.step.change().filter(Change.Create.class::isInstance).isPresent()
                : null;
    }

    private static @Nullable String problem(Entry entry) {
        return entry.outcome
                .problem()
                .map(problem -> QueueJson.write(QueueJson.problem(problem)))
                .orElse(null);
    }

    private static @Nullable String current(Entry entry) {
        return entry.outcome
                .current()
                .map(current -> QueueJson.write(current.json()))
                .orElse(null);
    }

    private ObjectKey key(Change change) {
        return ObjectKey.of(model, change);
    }

    /** As the store keeps an id. */
    static String idText(Model model, Change change) {
        return idText(model, change.entity(), change.id());
    }

    private static String idText(Model model, EntityName entity, Object id) {
        return model.idType(entity).print(id);
    }

    static Optional<Row> first(Iterable<Row> rows) {
        var iterator = rows.iterator();
        return iterator.hasNext() ? Optional.of(iterator.next()) : Optional.empty();
    }
}
