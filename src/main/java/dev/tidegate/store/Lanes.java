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
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The clients' lanes as their store remembers them (store-protocol 1): claims, and what earlier attempts have left.
 *
 * <p>A lane keeps the batch that it was claimed for last, and what is applied the batch that it belongs to: so a queue that was
 * restored, or begun anew, and gives the same positions to other batches, is found out. Its lane is then put where the queue has
 * it, and what it held beyond is laid aside under another name: there a batch that is sent again is still known.
 */
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
            UPDATE tidegate.lane AS l SET position = w.position, batch = w.batch
              FROM unnest($1::uuid[], $2::int8[], $3::int8[], $4::uuid[]) AS w(lane, previous, position, batch)
              JOIN locked AS k ON k.lane = w.lane AND k.position = w.previous
             WHERE l.lane = k.lane
            RETURNING l.lane, l.aside
            """;

    // Only if it still stands where it was found. What is parked aside is nobody's any more, so nothing waits for it.
    private static final String PUT_RIGHT = """
            WITH stray AS (
                INSERT INTO tidegate.lane AS l (lane, position)
                SELECT $1::uuid, $3::int8
                 WHERE $2::int8 = 0 OR EXISTS (SELECT FROM tidegate.lane AS k WHERE k.lane = $1::uuid)
                ON CONFLICT (lane) DO UPDATE
                   SET position = $3::int8, batch = NULL,
                       aside = CASE WHEN $3::int8 < $2::int8 THEN coalesce(l.aside, '{}') || $4::uuid ELSE l.aside END
                 WHERE l.position = $2::int8
                RETURNING l.lane)
            UPDATE tidegate.applied AS a
               SET lane = $4::uuid, hierarchy = CASE WHEN a.outcome = 'parked' THEN NULL ELSE a.hierarchy END
              FROM stray AS s WHERE a.lane = s.lane AND a.position > $3::int8
            """;

    // Of each operation the newest word.
    private static final String ASIDE = """
            SELECT DISTINCT ON (w.lane, a.operation)
                   w.lane, a.operation, a.outcome, a.problem::text AS problem, a.current::text AS current
              FROM unnest($1::uuid[], $2::uuid[], $3::uuid[]) AS w(lane, aside, batch)
              JOIN tidegate.applied AS a ON a.lane = w.aside AND a.batch = w.batch
             ORDER BY w.lane, a.operation, a.revision DESC
            """;

    private static final String POSITIONS =
            "SELECT lane, position, batch FROM tidegate.lane WHERE lane = ANY($1::uuid[])";

    // What was kept before batches were has none.
    private static final String REMEMBERED = """
            SELECT a.lane, a.operation, a.outcome, a.problem::text AS problem, a.current::text AS current
              FROM unnest($1::uuid[], $2::int8[], $3::uuid[]) AS w(lane, position, batch)
              JOIN tidegate.applied AS a ON a.lane = w.lane AND a.position = w.position AND a.revision = 0
             WHERE a.batch = w.batch OR a.batch IS NULL
            """;

    private final SqlConnection connection;
    private final Map<LaneId, List<UUID>> asides = new HashMap<>();

    /** Where a lane stands, and for which batch it was claimed last, where that is known. */
    private record Stand(long position, @Nullable UUID batch) {
        static final Stand NOWHERE = new Stand(0, null);

        boolean isOf(PartWork work) {
            return position == work.position()
                    && (batch == null || batch.equals(work.batch().value()));
        }
    }

    Lanes(SqlConnection connection) {
        this.connection = connection;
    }

    /**
     * Those of the parts that are this transaction's to apply, with what is known of their operations from what was laid aside.
     * Waits for others that are about to claim the same lanes.
     */
    Uni<List<PartWork>> claim(List<PartWork> group) {
        return InTurn.each(
                        group.stream().filter(work -> work.stray().isPresent()).toList(), this::putRight)
                .flatMap(_ -> begin(
                        group.stream().filter(work -> work.previous() == 0).toList()))
                .flatMap(_ -> claimed(group))
                .flatMap(claimed -> asides.isEmpty() ? Uni.createFrom().item(claimed) : withAside(claimed));
    }

    /** Under which other names the store keeps what was applied of claimed lanes. */
    Map<LaneId, List<UUID>> asides() {
        return asides;
    }

    private Uni<Void> putRight(PartWork work) {
        return connection
                .preparedQuery(PUT_RIGHT)
                .execute(Tuple.of(work.lane().value(), work.stray().orElseThrow(), work.previous(), UUID.randomUUID()))
                .replaceWithVoid();
    }

    private Uni<Void> begin(List<PartWork> first) {
        return first.isEmpty()
                ? Uni.createFrom().voidItem()
                : connection
                        .preparedQuery(BEGIN)
                        .execute(Tuple.of(lanes(first)))
                        .replaceWithVoid();
    }

    private Uni<List<PartWork>> claimed(List<PartWork> group) {
        return connection
                .preparedQuery(CLAIM)
                .execute(Tuple.of(
                        lanes(group),
                        column(group, PartWork::previous, Long[]::new),
                        column(group, PartWork::position, Long[]::new),
                        batches(group)))
                .map(rows -> {
                    Set<UUID> claimed = new HashSet<>();
                    for (Row row : rows) {
                        claimed.add(row.getUUID("lane"));
                        Optional.ofNullable(row.getArrayOfUUIDs("aside"))
                                .ifPresent(names -> asides.put(new LaneId(row.getUUID("lane")), List.of(names)));
                    }
                    return group.stream()
                            .filter(work -> claimed.contains(work.lane().value()))
                            .toList();
                });
    }

    /** What was applied under the history that the queue has lost is not applied again when it is sent again. */
    private Uni<List<PartWork>> withAside(List<PartWork> claimed) {
        List<UUID> lanes = new ArrayList<>();
        List<UUID> names = new ArrayList<>();
        List<UUID> batches = new ArrayList<>();
        for (PartWork work : claimed) {
            for (UUID name : asides.getOrDefault(work.lane(), List.of())) {
                lanes.add(work.lane().value());
                names.add(name);
                batches.add(work.batch().value());
            }
        }
        return connection
                .preparedQuery(ASIDE)
                .execute(Tuple.of(lanes.toArray(UUID[]::new), names.toArray(UUID[]::new), batches.toArray(UUID[]::new)))
                .map(Lanes::byLane)
                .map(known -> claimed.stream()
                        .map(work ->
                                withKnown(work, known.getOrDefault(work.lane().value(), Map.of())))
                        .toList());
    }

    private static PartWork withKnown(PartWork work, Map<Integer, OperationOutcome> known) {
        return work.with(work.steps().stream()
                .map(step -> Optional.ofNullable(known.get(step.index()))
                        .map(step::known)
                        .orElse(step))
                .toList());
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
        Map<UUID, Stand> stands = new HashMap<>();
        rows.forEach(row -> stands.put(row.getUUID("lane"), new Stand(row.getLong("position"), row.getUUID("batch"))));
        Map<LaneId, PartResult> results = new HashMap<>();
        for (PartWork work : parts) {
            Stand stand = stands.getOrDefault(work.lane().value(), Stand.NOWHERE);
            Map<Integer, OperationOutcome> outcomes =
                    known.getOrDefault(work.lane().value(), Map.of());
            results.put(
                    work.lane(),
                    stand.isOf(work) || (stand.position() >= work.position() && !outcomes.isEmpty())
                            ? applied(work, outcomes)
                            : new PartResult.Astray(stand.position()));
        }
        return results;
    }

    /** Where lanes stand; those that are not there have nothing. */
    Uni<Map<LaneId, Long>> stands(Collection<LaneId> lanes) {
        return connection
                .preparedQuery(POSITIONS)
                .execute(Tuple.of(column(lanes, LaneId::value, UUID[]::new)))
                .map(rows -> {
                    Map<LaneId, Long> stands = new HashMap<>();
                    rows.forEach(row -> stands.put(new LaneId(row.getUUID("lane")), row.getLong("position")));
                    return stands;
                });
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
                .execute(Tuple.of(lanes(parts), column(parts, PartWork::position, Long[]::new), batches(parts)))
                .map(Lanes::byLane);
    }

    private static Map<UUID, Map<Integer, OperationOutcome>> byLane(Iterable<Row> rows) {
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
    }

    private static UUID[] batches(Collection<PartWork> parts) {
        return column(parts, work -> work.batch().value(), UUID[]::new);
    }

    private static UUID[] lanes(Collection<PartWork> parts) {
        return column(parts, work -> work.lane().value(), UUID[]::new);
    }
}
