package dev.tidegate.store;

import static dev.tidegate.store.Columns.column;

import dev.tidegate.download.SettledWatch;
import dev.tidegate.download.Settlements;
import dev.tidegate.model.ClientId;
import dev.tidegate.model.ClientKey;
import dev.tidegate.model.EntityName;
import dev.tidegate.model.Model;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Watches {@code tidegate_queue.batch} for batches that were settled since, as the stores' logs are watched: by what an earlier
 * snapshot could not see. Each settlement leaves its transaction in {@code settled_xid}.
 */
public final class PgSettledWatch implements SettledWatch {
    private static final String NOW = "SELECT pg_current_snapshot()::text";

    /** The snapshot of this look, in each row; a row without a batch when there is none. Bounds that say nothing new lead to the index. */
    private static final String SINCE = """
            WITH look AS MATERIALIZED (SELECT pg_current_snapshot() AS seen)
            SELECT look.seen::text AS seen, b.caller, b.client_id, b.batch_id
              FROM look LEFT JOIN LATERAL (
                SELECT n.caller, n.client_id, n.batch_id FROM tidegate_queue.batch AS n
                 WHERE n.settled_xid >= pg_snapshot_xmax($1::text::pg_snapshot) AND n.settled_xid < pg_snapshot_xmax(look.seen)
                UNION ALL
                SELECT n.caller, n.client_id, n.batch_id FROM tidegate_queue.batch AS n
                 WHERE n.settled_xid = ANY (ARRAY(SELECT pg_snapshot_xip($1::text::pg_snapshot)))
                   AND n.settled_xid >= pg_snapshot_xmin($1::text::pg_snapshot)
                   AND n.settled_xid < pg_snapshot_xmax($1::text::pg_snapshot)) AS b ON true
            """;

    private static final String ENTITIES = """
            SELECT DISTINCT b.caller, b.client_id, o.operation ->> 'entity' AS entity
              FROM unnest($1::text[], $2::uuid[]) AS s(caller, batch_id)
              JOIN tidegate_queue.batch AS b ON b.caller = s.caller AND b.batch_id = s.batch_id
              LEFT JOIN LATERAL json_array_elements(b.operations) AS o(operation) ON true
            """;

    private final Pool pool;
    private final Model model;
    private final Duration deadline;
    private volatile @Nullable String snapshot;

    /** @param deadline after how long a statement counts as lost */
    public PgSettledWatch(Pool pool, Model model, Duration deadline) {
        this.pool = pool;
        this.model = model;
        this.deadline = deadline;
    }

    private static ClientKey client(Row row) {
        return new ClientKey(row.getString("caller"), new ClientId(row.getUUID("client_id")));
    }

    private record Settled(ClientKey client, UUID batch) {}

    @Override
    public Uni<Settlements> look(Predicate<ClientKey> listens) {
        String since = snapshot;
        return (since == null ? begin() : since(since, listens))
                .ifNoItem()
                .after(deadline)
                .fail()
                .onFailure()
                .invoke(this::rest);
    }

    @Override
    public void rest() {
        snapshot = null;
    }

    private Uni<Settlements> begin() {
        return pool.preparedQuery(NOW)
                .execute()
                .invoke(rows -> snapshot = rows.iterator().next().getString(0))
                .replaceWith(new Settlements.Unknown());
    }

    private Uni<Settlements> since(String since, Predicate<ClientKey> listens) {
        return pool.preparedQuery(SINCE).execute(Tuple.of(since)).flatMap(rows -> {
            List<Settled> settled = new ArrayList<>();
            for (Row row : rows) {
                snapshot = row.getString("seen");
                if (row.getString("caller") != null) {
                    ClientKey client = client(row);
                    if (listens.test(client)) {
                        settled.add(new Settled(client, row.getUUID("batch_id")));
                    }
                }
            }
            return settled.isEmpty() ? Uni.createFrom().item(Settlements.none()) : entities(settled);
        });
    }

    private Uni<Settlements> entities(List<Settled> settled) {
        return pool.preparedQuery(ENTITIES)
                .execute(Tuple.of(
                        column(settled, one -> one.client().caller(), String[]::new),
                        column(settled, Settled::batch, UUID[]::new)))
                .map(rows -> {
                    Map<ClientKey, Set<EntityName>> clients = new HashMap<>();
                    settled.forEach(one -> clients.put(one.client(), new HashSet<>()));
                    for (Row row : rows) {
                        ClientKey client = client(row);
                        model.entityNamed(String.valueOf(row.getString("entity")))
                                .ifPresent(entity -> clients.computeIfAbsent(client, _ -> new HashSet<>())
                                        .add(entity));
                    }
                    return new Settlements.Of(clients);
                });
    }
}
