package dev.tidegate.store;

import dev.tidegate.model.Model;
import dev.tidegate.model.StoreName;
import dev.tidegate.sql.ChangeStatements;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * What the gateway keeps in a data store: schema {@code tidegate} with lanes, applied operations and remembered answers, and
 * the triggers that raise version columns. Everything is there after {@link #prepare}, however often and by however many it is called.
 *
 * <p>Store-protocol 8: what touches the users' tables waits 200 ms for its lock at most, and is tried again.
 */
final class StoreSchema {
    private static final int ATTEMPTS = 20;

    // Named arbitrarily, but the same in every version: two gateways that start at once come one after the other.
    private static final long LOCK = 0x7469646567617465L;

    static final String TABLES = """
            CREATE SCHEMA IF NOT EXISTS tidegate;
            CREATE TABLE IF NOT EXISTS tidegate.lane (
                lane     uuid   NOT NULL PRIMARY KEY,
                position bigint NOT NULL
            ) WITH (fillfactor = 50);
            CREATE TABLE IF NOT EXISTS tidegate.applied (
                lane           uuid        NOT NULL,
                position       bigint      NOT NULL,
                operation      integer     NOT NULL,
                revision       integer     NOT NULL DEFAULT 0,
                outcome        text        NOT NULL,
                entity         text        NOT NULL,
                hierarchy      text,
                object_id      text,
                version_before text,
                version_after  text,
                problem        json,
                current        json,
                at             timestamptz NOT NULL DEFAULT now(),
                creates        boolean,
                PRIMARY KEY (lane, position, operation, revision)
            );
            DO $$ BEGIN
                IF NOT EXISTS (SELECT FROM pg_catalog.pg_attribute
                                WHERE attrelid = 'tidegate.applied'::regclass AND attname = 'creates') THEN
                    ALTER TABLE tidegate.applied ADD COLUMN creates boolean;
                END IF;
            END $$;
            CREATE TABLE IF NOT EXISTS tidegate.touched (
                lane           uuid        NOT NULL,
                position       bigint      NOT NULL,
                hierarchy      text        NOT NULL,
                object_id      text        NOT NULL,
                version_before text        NOT NULL,
                version_after  text        NOT NULL,
                at             timestamptz NOT NULL DEFAULT now()
            );
            CREATE TABLE IF NOT EXISTS tidegate.remembered (
                key       text        NOT NULL PRIMARY KEY,
                request   text        NOT NULL,
                object_id text,
                version   text,
                answer    text,
                at        timestamptz NOT NULL DEFAULT now()
            ) WITH (fillfactor = 80);
            CREATE INDEX IF NOT EXISTS remembered_at ON tidegate.remembered (at);
            CREATE INDEX IF NOT EXISTS touched_object ON tidegate.touched (lane, hierarchy, object_id);
            CREATE INDEX IF NOT EXISTS applied_at ON tidegate.applied USING brin (at);
            CREATE INDEX IF NOT EXISTS touched_at ON tidegate.touched USING brin (at);
            CREATE INDEX IF NOT EXISTS applied_parked ON tidegate.applied (hierarchy, object_id) WHERE outcome = 'parked';
            CREATE INDEX IF NOT EXISTS applied_object ON tidegate.applied (lane, hierarchy, object_id);
            """;

    private static final String HAS_TRIGGER =
            "SELECT FROM pg_catalog.pg_trigger WHERE tgrelid = to_regclass($1::text) AND tgname = $2::text";

    private final Model model;

    StoreSchema(Model model) {
        this.model = model;
    }

    Uni<Void> prepare(StoreName store, Pool pool) {
        return tables(pool).flatMap(_ -> triggers(store, pool));
    }

    private static Uni<Void> tables(Pool pool) {
        return pool.withTransaction(connection -> locked(connection)
                .flatMap(_ -> connection
                        .query("SELECT set_config('client_min_messages', 'warning', true)")
                        .execute())
                .flatMap(_ -> connection.query(TABLES).execute())
                .replaceWithVoid());
    }

    private static Uni<Void> locked(SqlConnection connection) {
        return connection
                .preparedQuery("SELECT pg_advisory_xact_lock($1::int8)")
                .execute(Tuple.of(LOCK))
                .replaceWithVoid();
    }

    private Uni<Void> triggers(StoreName store, Pool pool) {
        List<Map.Entry<String, String>> triggers =
                List.copyOf(new ChangeStatements(model).versionTriggers(store).entrySet());
        return Multi.createFrom()
                .iterable(triggers)
                .onItem()
                .transformToUniAndConcatenate(trigger ->
                        trigger(pool, trigger.getKey(), trigger.getValue()).replaceWith(true))
                .collect()
                .last()
                .replaceWithVoid();
    }

    private Uni<Void> trigger(Pool pool, String key, String install) {
        int blank = key.lastIndexOf(' ');
        Tuple names = Tuple.of(key.substring(0, blank), key.substring(blank + 1));
        return pool.withTransaction(connection -> locked(connection)
                        .flatMap(_ -> connection.preparedQuery(HAS_TRIGGER).execute(names))
                        .flatMap(rows -> rows.size() > 0 ? Uni.createFrom().voidItem() : install(connection, install)))
                .onFailure()
                .retry()
                .withBackOff(Duration.ofMillis(100), Duration.ofSeconds(1))
                .withJitter(0.5)
                .atMost(ATTEMPTS);
    }

    /** The functions resolve names as this session does, temporary tables last, whoever fires them. */
    private static Uni<Void> install(SqlConnection connection, String install) {
        return connection
                .query("SELECT set_config('lock_timeout', '200ms', true), "
                        + "set_config('search_path', current_setting('search_path') || ', pg_temp', true)")
                .execute()
                .flatMap(_ -> connection.query(install).execute())
                .replaceWithVoid();
    }
}
