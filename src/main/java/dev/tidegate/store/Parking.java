package dev.tidegate.store;

import dev.tidegate.model.Change;
import dev.tidegate.model.LaneId;
import dev.tidegate.model.Model;
import dev.tidegate.problem.Problem;
import dev.tidegate.problem.ProblemCode;
import dev.tidegate.upload.ObjectKey;
import dev.tidegate.upload.OperationOutcome;
import dev.tidegate.upload.PartWork;
import dev.tidegate.upload.Step;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;

/**
 * Which operations on the objects of a group are parked: those that the store remembers as such and that nothing has been
 * decided about since, and those of the group itself. Of each lane the order of its operations on one object is kept: what
 * comes after a parked one waits behind it.
 */
final class Parking {
    private static final String PARKED = """
            SELECT a.lane, a.position, a.operation, a.hierarchy, a.object_id, a.creates
              FROM unnest($1::text[], $2::text[]) AS o(hierarchy, object_id)
              JOIN tidegate.applied AS a
                ON a.hierarchy = o.hierarchy AND a.object_id = o.object_id AND a.outcome = 'parked'
             WHERE NOT EXISTS (
                SELECT FROM tidegate.applied AS l
                 WHERE l.lane = a.lane AND l.position = a.position AND l.operation = a.operation
                   AND l.revision > a.revision)
            """;

    /** One operation of one client. */
    record Spot(LaneId lane, long position, int operation) {
        static Spot of(PartWork part, Step step) {
            return new Spot(part.lane(), part.position(), step.index());
        }

        boolean isBefore(Spot other) {
            return position < other.position || (position == other.position && operation < other.operation);
        }
    }

    /** An object that a batch was to create, and will not. */
    private record Failed(LaneId lane, long position, ObjectKey key) {}

    private final Model model;
    private final SqlConnection connection;
    /** By object: what is parked, and whether it is a create. */
    private final Map<ObjectKey, Map<Spot, Boolean>> parked = new HashMap<>();

    private final Set<Failed> failed = new HashSet<>();

    Parking(Model model, SqlConnection connection) {
        this.model = model;
        this.connection = connection;
    }

    /** Reads what is parked on the objects of the parts. */
    Uni<Void> load(Collection<PartWork> group) {
        Map<ObjectKey, String> wanted = new LinkedHashMap<>();
        group.stream()
                .flatMap(part -> part.steps().stream())
                .flatMap(step -> step.change().stream())
                .forEach(change -> wanted.put(ObjectKey.of(model, change), AppliedLog.idText(model, change)));
        if (wanted.isEmpty()) {
            return Uni.createFrom().voidItem();
        }
        Map<List<String>, ObjectKey> known = new HashMap<>();
        wanted.forEach((key, id) -> known.put(List.of(key.root().toString(), id), key));
        return connection
                .preparedQuery(PARKED)
                .execute(Tuple.of(
                        wanted.keySet().stream()
                                .map(key -> key.root().toString())
                                .toArray(String[]::new),
                        wanted.values().toArray(String[]::new)))
                .invoke(rows -> rows.forEach(row -> found(row, known)))
                .replaceWithVoid();
    }

    private void found(Row row, Map<List<String>, ObjectKey> known) {
        UUID lane = row.getUUID("lane");
        Optional.ofNullable(known.get(List.of(row.getString("hierarchy"), row.getString("object_id"))))
                .ifPresent(key -> on(key).put(
                                new Spot(new LaneId(lane), row.getLong("position"), row.getInteger("operation")),
                                Boolean.TRUE.equals(row.getBoolean("creates"))));
    }

    private Map<Spot, Boolean> on(ObjectKey key) {
        return parked.computeIfAbsent(key, _ -> new LinkedHashMap<>());
    }

    /** What the group has made of one of its operations. */
    void noted(PartWork part, Step step, OperationOutcome outcome) {
        step.change().ifPresent(change -> {
            ObjectKey key = ObjectKey.of(model, change);
            boolean creates = change instanceof Change.Create;
            Failed failure = new Failed(part.lane(), part.position(), key);
            if (outcome.isParked()) {
                on(key).put(Spot.of(part, step), creates);
            } else if (parked.containsKey(key)) {
                on(key).remove(Spot.of(part, step));
            }
            if (creates && outcome.isError()) {
                failed.add(failure);
            } else if (creates) {
                failed.remove(failure);
            }
        });
    }

    /** Whether an earlier operation of the same client on the object is parked. */
    boolean isBehind(PartWork part, Step step, Change change) {
        return isBehind(part, step, change, _ -> true);
    }

    /** The same, of those of the earlier ones that the condition holds for. */
    boolean isBehind(PartWork part, Step step, Change change, Predicate<Spot> counts) {
        Spot own = Spot.of(part, step);
        return part.keepsBehind(step)
                && parked.getOrDefault(ObjectKey.of(model, change), Map.of()).keySet().stream()
                        .anyMatch(spot -> spot.lane().equals(own.lane()) && spot.isBefore(own) && counts.test(spot));
    }

    /** Whether another client's create of the object is parked, for which the operation waits when there is no object. */
    boolean isToCome(PartWork part, Step step, Change change) {
        return part.isPatient(step)
                && !(change instanceof Change.Create)
                && parked.getOrDefault(ObjectKey.of(model, change), Map.of()).entrySet().stream()
                        .anyMatch(entry ->
                                entry.getValue() && !entry.getKey().lane().equals(part.lane()));
    }

    /** Whether it is of use for an operation to wait for objects that are not there. */
    boolean mayWait(PartWork part, Step step, Set<ObjectKey> missing) {
        return part.isPatient(step)
                && missing.stream()
                        .noneMatch(key -> part.hopeless().contains(key)
                                || failed.contains(new Failed(part.lane(), part.position(), key)));
    }

    static OperationOutcome behind(Step step) {
        return OperationOutcome.parked(
                step.index(),
                Problem.of(
                        ProblemCode.PARKED,
                        "An earlier operation of this client on the same object waits for another object, and this one "
                                + "waits behind it."));
    }

    static OperationOutcome untilMade(Step step) {
        return OperationOutcome.parked(
                step.index(),
                Problem.of(
                        ProblemCode.PARKED,
                        "The object does not exist yet: the operation that creates it waits for another object, and "
                                + "this one waits behind it."));
    }
}
