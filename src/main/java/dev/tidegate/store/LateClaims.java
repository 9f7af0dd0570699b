package dev.tidegate.store;

import dev.tidegate.upload.LatePlace;
import dev.tidegate.upload.OperationOutcome;
import dev.tidegate.upload.PartWork;
import dev.tidegate.upload.Step;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BiFunction;
import java.util.function.IntFunction;
import java.util.stream.StreamSupport;

/**
 * The claims of what is applied after its turn (store-protocol 1): each operation is applied once under its own key. The lanes
 * stay locked to the end, as those of parts whose turn it is: so of two attempts the second finds what the first has left, and
 * nothing of a lane is judged while something else of it is being applied.
 */
final class LateClaims {
    // In the order of the lanes, as others that claim several.
    private static final String LOCK =
            "SELECT lane FROM tidegate.lane WHERE lane = ANY($1::uuid[]) ORDER BY lane FOR NO KEY UPDATE";

    private static final String REMEMBERED = """
            SELECT a.lane, a.position, a.operation, a.outcome, a.problem::text AS problem, a.current::text AS current
              FROM unnest($1::uuid[], $2::int8[], $3::int4[], $4::int4[]) AS w(lane, position, operation, revision)
              JOIN tidegate.applied AS a
                ON a.lane = w.lane AND a.position = w.position AND a.operation = w.operation AND a.revision = w.revision
            """;

    private static final String UNKNOWN = """
            SELECT w.number FROM unnest($1::uuid[], $2::int8[], $3::int4[], $4::int4[]) WITH ORDINALITY
                    AS w(lane, position, operation, revision, number)
              JOIN tidegate.lane AS l ON l.lane = w.lane AND l.position >= w.position
             WHERE NOT EXISTS (
                SELECT FROM tidegate.applied AS a
                 WHERE a.lane = w.lane AND a.position = w.position AND a.operation = w.operation AND a.revision = w.revision)
             ORDER BY w.number
            """;

    private record Key(UUID lane, long position, int operation) {
        static Key of(PartWork part, Step step) {
            return new Key(part.lane().value(), part.position(), step.index());
        }
    }

    private record Claim(PartWork part, Step step) {}

    private final SqlConnection connection;
    private final Map<Key, OperationOutcome> remembered = new HashMap<>();

    LateClaims(SqlConnection connection) {
        this.connection = connection;
    }

    /** The parts with those of their steps that were not applied under this claim before. */
    Uni<List<PartWork>> claim(List<PartWork> group) {
        return group.isEmpty()
                ? Uni.createFrom().item(group)
                : connection
                        .preparedQuery(LOCK)
                        .execute(Tuple.of(group.stream()
                                .map(part -> part.lane().value())
                                .distinct()
                                .toArray(UUID[]::new)))
                        .flatMap(_ -> remember(group))
                        .map(_ -> unclaimed(group));
    }

    /** By a statement after the lock: it sees what the lock has waited for. */
    private Uni<Void> remember(List<PartWork> group) {
        List<Claim> claims = group.stream()
                .flatMap(part -> part.steps().stream().map(step -> new Claim(part, step)))
                .toList();
        return connection
                .preparedQuery(REMEMBERED)
                .execute(Tuple.of(
                        column(claims, (part, _) -> part.lane().value(), UUID[]::new),
                        column(claims, (part, _) -> part.position(), Long[]::new),
                        column(claims, (_, step) -> step.index(), Integer[]::new),
                        column(claims, PartWork::revision, Integer[]::new)))
                .invoke(rows -> rows.forEach(this::remember))
                .replaceWithVoid();
    }

    private void remember(Row row) {
        int operation = row.getInteger("operation");
        remembered.put(
                new Key(row.getUUID("lane"), row.getLong("position"), operation),
                QueueJson.readOutcome(
                        operation, row.getString("outcome"), row.getString("problem"), row.getString("current")));
    }

    private List<PartWork> unclaimed(List<PartWork> group) {
        List<PartWork> unclaimed = new ArrayList<>();
        for (PartWork part : group) {
            List<Step> steps = part.steps().stream()
                    .filter(step -> remembered(part, step).isEmpty())
                    .toList();
            if (!steps.isEmpty()) {
                unclaimed.add(part.with(steps));
            }
        }
        return unclaimed;
    }

    /** Those of the units, of positions that the lanes have reached, of which nothing is kept. */
    Uni<List<LatePlace>> unknown(List<LatePlace> units) {
        return connection
                .preparedQuery(UNKNOWN)
                .execute(Tuple.of(
                        Columns.column(
                                units, unit -> unit.lane().in(unit.store()).value(), UUID[]::new),
                        Columns.column(units, LatePlace::position, Long[]::new),
                        Columns.column(units, LatePlace::operation, Integer[]::new),
                        Columns.column(units, LatePlace::revision, Integer[]::new)))
                .map(rows -> StreamSupport.stream(rows.spliterator(), false)
                        .map(row -> units.get(Math.toIntExact(row.getLong("number")) - 1))
                        .toList());
    }

    /** What an earlier attempt under the same claim has come to. */
    Optional<OperationOutcome> remembered(PartWork part, Step step) {
        return Optional.ofNullable(remembered.get(Key.of(part, step)));
    }

    private static <V> V[] column(List<Claim> claims, BiFunction<PartWork, Step, V> value, IntFunction<V[]> array) {
        return claims.stream()
                .map(claim -> value.apply(claim.part(), claim.step()))
                .toArray(array);
    }
}
