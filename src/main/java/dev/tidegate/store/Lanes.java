package dev.tidegate.store;

import static dev.tidegate.store.Columns.column;

import dev.tidegate.model.LaneId;
import dev.tidegate.upload.OperationOutcome;
import dev.tidegate.upload.PartResult;
import dev.tidegate.upload.PartWork;
import dev.tidegate.upload.Step;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** The clients' lanes as their store remembers them (store-protocol 1): claims, and what earlier attempts have left. */
final class Lanes {
    // In the order of the lanes: two groups that begin, or then claim, some of the same lanes cannot wait for each
    // other.
    private static final String BEGIN = """
            INSERT INTO tidegate.lane (lane, position)
            SELECT lane, 0 FROM unnest($1::uuid[]) AS l(lane) ORDER BY lane ON CONFLICT DO NOTHING
            """;

    // Judged by the rows as the locks gave them, not by the snapshot: that may be older than what the locks waited for.
    private static final String CLAIM = """
            WITH locked AS MATERIALIZED (
                SELECT lane, position FROM tidegate.lane WHERE lane = ANY($1::uuid[]) ORDER BY lane FOR NO KEY UPDATE)
            UPDATE tidegate.lane AS l SET position = w.position
              FROM unnest($1::uuid[], $2::int8[], $3::int8[]) AS w(lane, previous, position)
              JOIN locked AS k ON k.lane = w.lane AND k.position = w.previous
             WHERE l.lane = k.lane
            RETURNING l.lane
            """;

    private static final String POSITIONS = "SELECT lane, position FROM tidegate.lane WHERE lane = ANY($1::uuid[])";

    private static final String REMEMBERED = """
            SELECT a.lane, a.operation, a.outcome, a.problem::text AS problem, a.current::text AS current
              FROM unnest($1::uuid[], $2::int8[]) AS w(lane, position)
              JOIN tidegate.applied AS a ON a.lane = w.lane AND a.position = w.position AND a.revision = 0
            """;

    private final SqlConnection connection;

    Lanes(SqlConnection connection) {
        this.connection = connection;
    }

    /** Those of the parts that are this transaction's to apply. Waits for others that are about to claim the same lanes. */
    Uni<List<PartWork>> claim(List<PartWork> group) {
        List<PartWork> first =
                group.stream().filter(work -> work.previous() == 0).toList();
        return first.isEmpty()
                ? claimed(group)
                : connection
                        .preparedQuery(BEGIN)
                        .execute(Tuple.of(lanes(first)))
                        .flatMap(_ -> claimed(group));
    }

    private Uni<List<PartWork>> claimed(List<PartWork> group) {
        return connection
                .preparedQuery(CLAIM)
                .execute(Tuple.of(
                        lanes(group),
                        column(group, PartWork::previous, Long[]::new),
                        column(group, PartWork::position, Long[]::new)))
                .map(rows -> {
                    Set<UUID> claimed = new HashSet<>();
                    rows.forEach(row -> claimed.add(row.getUUID(0)));
                    return group.stream()
                            .filter(work -> claimed.contains(work.lane().value()))
                            .toList();
                });
    }

    /**
     * What is known of parts that were not to be claimed, by lane: an attempt that has claimed before has committed by now, since
     * the claim has waited for it.
     */
    Uni<Map<LaneId, PartResult>> remembered(Collection<PartWork> parts) {
        return parts.isEmpty()
                ? Uni.createFrom().item(Map.of())
                : connection
                        .preparedQuery(POSITIONS)
                        .execute(Tuple.of(lanes(parts)))
                        .flatMap(positions -> outcomes(parts).map(known -> results(parts, positions, known)));
    }

    private static Map<LaneId, PartResult> results(
            Collection<PartWork> parts, Iterable<Row> rows, Map<UUID, Map<Integer, OperationOutcome>> known) {
        Map<UUID, Long> positions = new HashMap<>();
        rows.forEach(row -> positions.put(row.getUUID(0), row.getLong(1)));
        Map<LaneId, PartResult> results = new HashMap<>();
        for (PartWork work : parts) {
            UUID lane = work.lane().value();
            long position = positions.getOrDefault(lane, 0L);
            results.put(
                    work.lane(),
                    position < work.position()
                            ? new PartResult.NotItsTurn(position)
                            : applied(work, known.getOrDefault(lane, Map.of())));
        }
        return results;
    }

    private static PartResult applied(PartWork work, Map<Integer, OperationOutcome> known) {
        List<OperationOutcome> outcomes = new ArrayList<>();
        for (Step step : work.steps()) {
            outcomes.add(known.getOrDefault(step.index(), OperationOutcome.applied(step.index())));
        }
        return new PartResult.Applied(outcomes, true);
    }

    private Uni<Map<UUID, Map<Integer, OperationOutcome>>> outcomes(Collection<PartWork> parts) {
        return connection
                .preparedQuery(REMEMBERED)
                .execute(Tuple.of(lanes(parts), column(parts, PartWork::position, Long[]::new)))
                .map(rows -> {
                    Map<UUID, Map<Integer, OperationOutcome>> known = new HashMap<>();
                    for (Row row : rows) {
                        int index = row.getInteger("operation");
                        known.computeIfAbsent(row.getUUID("lane"), _ -> new HashMap<>())
                                .put(
                                        index,
                                        QueueJson.readOutcome(
                                                index,
                                                row.getString("outcome"),
                                                row.getString("problem"),
                                                row.getString("current")));
                    }
                    return known;
                });
    }

    private static UUID[] lanes(Collection<PartWork> parts) {
        return column(parts, work -> work.lane().value(), UUID[]::new);
    }
}
