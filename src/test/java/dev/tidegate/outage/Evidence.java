package dev.tidegate.outage;

import dev.tidegate.model.LaneId;
import dev.tidegate.model.StoreName;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/** Collects what a {@link Verdict} is about from the two databases, past the gateway: client by client, so that it fits. */
final class Evidence {
    private static final StoreName FIELD = new StoreName("field");

    private final Connection field;
    private final Connection queue;

    /** What the queue keeps of a batch's operations that are not plainly applied, and why, by index. */
    private record Kept(Map<Integer, String> outcomes, Map<Integer, String> reasons) {
        static Kept nothing() {
            return new Kept(new TreeMap<>(), new TreeMap<>());
        }
    }

    Evidence(Connection field, Connection queue) {
        this.field = field;
        this.queue = queue;
    }

    /** What is wrong with any of them; empty when nothing is. */
    List<String> faults(List<FieldClient> clients) throws SQLException {
        List<String> faults = new ArrayList<>();
        for (FieldClient client : clients) {
            faults.addAll(Verdict.faults(client.name, client.journal.read(), found(client)));
        }
        faults.addAll(openEnds());
        faults.addAll(FieldStore.miscounted(field));
        return faults;
    }

    /** What is still to be done, as the queue sees it. */
    long unsettled() throws SQLException {
        return FieldStore.number(
                queue,
                "SELECT (SELECT count(*) FROM tidegate_queue.part WHERE state = 'queued')"
                        + " + (SELECT count(*) FROM tidegate_queue.late WHERE state = 'queued')");
    }

    private Found found(FieldClient client) throws SQLException {
        Map<UUID, Kept> kept = kept(client.id);
        Map<UUID, List<Integer>> errors = errors(client.id);
        Map<UUID, Found.Batch> batches = new HashMap<>();
        each(
                queue,
                "SELECT batch_id, position, state FROM tidegate_queue.batch WHERE client_id = ?::uuid",
                client.id.toString(),
                row -> {
                    UUID batch = row.getObject(1, UUID.class);
                    Kept ofBatch = kept.getOrDefault(batch, Kept.nothing());
                    batches.put(
                            batch,
                            new Found.Batch(
                                    row.getLong(2),
                                    row.getString(3),
                                    ofBatch.outcomes(),
                                    errors.getOrDefault(batch, List.of()),
                                    ofBatch.reasons()));
                });
        return new Found(FieldStore.witnessedOf(field, client.name), batches);
    }

    private Map<UUID, Kept> kept(UUID client) throws SQLException {
        Map<UUID, Kept> kept = new HashMap<>();
        each(queue, """
                SELECT o.batch_id, o.index, o.outcome, coalesce(o.problem ->> 'code', '') FROM tidegate_queue.batch AS b
                  JOIN tidegate_queue.outcome AS o ON o.caller = b.caller AND o.batch_id = b.batch_id
                 WHERE b.client_id = ?::uuid
                """, client.toString(), row -> {
            Kept ofBatch = kept.computeIfAbsent(row.getObject(1, UUID.class), _ -> Kept.nothing());
            ofBatch.outcomes().put(row.getInt(2), row.getString(3));
            ofBatch.reasons().put(row.getInt(2), row.getString(4));
        });
        return kept;
    }

    private Map<UUID, List<Integer>> errors(UUID client) throws SQLException {
        Map<UUID, List<Integer>> errors = new HashMap<>();
        each(
                queue,
                "SELECT batch_id, index FROM tidegate_queue.error WHERE client_id = ?::uuid ORDER BY batch_id, index",
                client.toString(),
                row -> errors.computeIfAbsent(row.getObject(1, UUID.class), _ -> new ArrayList<>())
                        .add(row.getInt(2)));
        return errors;
    }

    /** Each lane ends where its last batch does, in the queue and in the store, and nobody holds it. */
    private List<String> openEnds() throws SQLException {
        List<String> faults = new ArrayList<>();
        Map<String, Long> inField = FieldStore.positions(field, "SELECT lane, position FROM tidegate.lane");
        FieldStore.positions(queue, "SELECT lane, last_position FROM tidegate_queue.lane WHERE store = 'field'")
                .forEach((lane, last) -> {
                    String there = new LaneId(UUID.fromString(lane)).in(FIELD).toString();
                    if (!last.equals(inField.get(there))) {
                        faults.add("lane " + lane + " ends at " + last + ", and in the store at " + inField.get(there));
                    }
                });
        FieldStore.column(queue, """
                SELECT format('lane %s is settled up to %s of %s, held: %s', l.lane, l.settled_position, l.last_position,
                              l.leased_by IS NOT NULL)
                  FROM tidegate_queue.lane AS l
                 WHERE l.settled_position <> l.last_position OR l.leased_by IS NOT NULL
                UNION ALL
                SELECT format('client %s is at %s, its last batch at %s', c.client_id, c.position, max(b.position))
                  FROM tidegate_queue.client AS c JOIN tidegate_queue.batch AS b USING (caller, client_id)
                 GROUP BY c.client_id, c.position
                HAVING c.position <> max(b.position) OR count(*) <> c.position
                UNION ALL
                SELECT format('part at %s of lane %s is %s', position, lane, state)
                  FROM tidegate_queue.part WHERE state <> 'settled'
                UNION ALL
                SELECT format('operation %s at %s of lane %s waits', operation, position, lane)
                  FROM tidegate_queue.late WHERE state = 'queued'
                """).stream().limit(20).forEach(faults::add);
        return faults;
    }

    @FunctionalInterface
    private interface Reading {
        void read(ResultSet row) throws SQLException;
    }

    private static void each(Connection connection, String query, String bind, Reading reading) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(query)) {
            statement.setString(1, bind);
            try (ResultSet found = statement.executeQuery()) {
                while (found.next()) {
                    reading.read(found);
                }
            }
        }
    }
}
