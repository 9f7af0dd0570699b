package dev.tidegate.store;

import dev.tidegate.model.ClientId;
import dev.tidegate.model.ClientKey;
import dev.tidegate.upload.AuditFilter;
import dev.tidegate.upload.BatchKey;
import dev.tidegate.upload.BatchState;
import dev.tidegate.upload.DeadLetterFilter;
import dev.tidegate.upload.ListPlace;
import io.vertx.mutiny.sqlclient.Tuple;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;

/** A question for rows that match a filter: conditions that stand side by side, and the values that they are about. */
final class RowQuery {
    private final List<String> conditions = new ArrayList<>();
    private final List<Object> values = new ArrayList<>();

    private RowQuery() {}

    /** About the errors {@code e}. */
    static RowQuery of(DeadLetterFilter filter, ListPlace from, OptionalLong last) {
        RowQuery query = new RowQuery();
        filter.caller().ifPresent(caller -> query.where("e.caller = ?::text", caller));
        filter.client().ifPresent(client -> query.where("e.client_id = ?::uuid", client.value()));
        filter.batch().ifPresent(batch -> query.where("e.batch_id = ?::uuid", batch.value()));
        filter.profile()
                .ifPresent(profile -> query.where(
                        "EXISTS (SELECT FROM tidegate_queue.batch AS b WHERE b.caller = e.caller "
                                + "AND b.batch_id = e.batch_id AND b.profile = ?::text)",
                        profile));
        filter.entity().ifPresent(query::whereEntity);
        filter.code().ifPresent(code -> query.where("e.problem ->> 'code' = ?::text", code.code()));
        query.between("e.at", filter.since(), filter.until());
        switch (from) {
            case ListPlace.Behind(long place) -> query.where("e.seq > ?::int8", place);
            case ListPlace.BehindError(var error, var caller) -> {
                String id = query.bind(error.value());
                String name = query.bind(caller);
                query.conditions.add("e.seq > coalesce((SELECT a.seq FROM tidegate_queue.error AS a WHERE a.error_id = "
                        + id + "::uuid AND a.caller = " + name + "::text), 0)");
            }
        }
        last.ifPresent(place -> query.where("e.seq <= ?::int8", place));
        return query;
    }

    /** About the audit entries {@code a}. */
    static RowQuery of(AuditFilter filter, long after) {
        RowQuery query = new RowQuery();
        filter.actor().ifPresent(actor -> {
            String name = query.bind(actor);
            query.conditions.add("left(a.actor, 200) = left(" + name + "::text, 200) AND a.actor = " + name + "::text");
        });
        query.between("a.at", filter.since(), filter.until());
        query.where("a.id > ?::int8", after);
        return query;
    }

    /** About the clients {@code c}, behind one of them. */
    static RowQuery ofClients(Optional<String> caller, Optional<ClientKey> after) {
        RowQuery query = new RowQuery();
        caller.ifPresent(name -> query.where("c.caller = ?::text", name));
        query.behind(
                "c.caller, c.client_id",
                after.map(ClientKey::caller),
                after.map(key -> key.client().value()));
        return query;
    }

    /** About the batches {@code b}, behind one of them. */
    static RowQuery ofBatches(
            Optional<BatchState> state, Optional<String> caller, Optional<ClientId> client, Optional<BatchKey> after) {
        RowQuery query = new RowQuery();
        state.ifPresent(one -> query.where("b.state = ?::text", one.key()));
        caller.ifPresent(name -> query.where("b.caller = ?::text", name));
        client.ifPresent(id -> query.where("b.client_id = ?::uuid", id.value()));
        query.behind(
                "b.caller, b.batch_id",
                after.map(BatchKey::caller),
                after.map(key -> key.batch().value()));
        return query;
    }

    /** Behind this key, or from the beginning, which is a key too. */
    private void behind(String key, Optional<String> name, Optional<UUID> id) {
        String first = bind(name.orElse(""));
        conditions.add("(" + key + ") > (" + first + "::text, " + bind(id.orElse(new UUID(0, 0))) + "::uuid)");
    }

    /** The beginning of the name is what the index has. */
    private void whereEntity(String entity) {
        String name = bind(entity);
        conditions.add("left(e.operation ->> 'entity', 200) = left(" + name + "::text, 200) "
                + "AND e.operation ->> 'entity' = " + name + "::text");
    }

    private void between(String column, Optional<Instant> since, Optional<Instant> until) {
        since.ifPresent(time -> where(column + " >= ?::timestamptz", time.atOffset(ZoneOffset.UTC)));
        until.ifPresent(time -> where(column + " < ?::timestamptz", time.atOffset(ZoneOffset.UTC)));
    }

    private void where(String condition, Object value) {
        conditions.add(condition.replace("?", bind(value)));
    }

    /** A further value, and how the statement names it. */
    String bind(Object value) {
        values.add(value);
        return "$" + values.size();
    }

    String conditions() {
        return String.join(" AND ", conditions);
    }

    Tuple values() {
        return Tuple.from(values);
    }
}
