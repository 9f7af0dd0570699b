package dev.tidegate.store;

import dev.tidegate.model.Model;
import dev.tidegate.model.StoreName;
import dev.tidegate.sql.ChangeStatements;
import dev.tidegate.sql.VersionTrigger;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlClient;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * What the gateway keeps in a data store: schema {@code tidegate} with lanes, applied operations, remembered answers and the registry of
 * change logs ({@link ChangeLogs}), and the triggers that raise version columns. Everything is there after {@link #prepare}, however often and by however many it is called.
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
                position bigint NOT NULL,
                batch    uuid,
                aside    uuid[]
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
                xid            xid8                 DEFAULT pg_current_xact_id(),
                batch          uuid,
                PRIMARY KEY (lane, position, operation, revision)
            );
            DO $$ BEGIN
                IF NOT EXISTS (SELECT FROM pg_catalog.pg_attribute
                                WHERE attrelid = 'tidegate.applied'::regclass AND attname = 'creates') THEN
                    ALTER TABLE tidegate.applied ADD COLUMN creates boolean;
                END IF;
                -- In two steps: old rows stay as they are, without one, as what every receipt has told already.
                IF NOT EXISTS (SELECT FROM pg_catalog.pg_attribute
                                WHERE attrelid = 'tidegate.applied'::regclass AND attname = 'xid') THEN
                    ALTER TABLE tidegate.applied ADD COLUMN xid xid8;
                    ALTER TABLE tidegate.applied ALTER COLUMN xid SET DEFAULT pg_current_xact_id();
                END IF;
                IF NOT EXISTS (SELECT FROM pg_catalog.pg_attribute
                                WHERE attrelid = 'tidegate.applied'::regclass AND attname = 'batch') THEN
                    ALTER TABLE tidegate.applied ADD COLUMN batch uuid;
                    ALTER TABLE tidegate.lane ADD COLUMN batch uuid, ADD COLUMN aside uuid[];
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
            -- Each time that the server has started, and up to where the log that it started from reached (store-protocol 22).
            CREATE TABLE IF NOT EXISTS tidegate.run (
                number  bigint      NOT NULL PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
                id      uuid        NOT NULL DEFAULT gen_random_uuid(),
                started timestamptz NOT NULL UNIQUE,
                began   pg_lsn      NOT NULL
            );
            -- That place is the last checkpoint's, as long as that one ended the run before or, after a crash, which makes the
            -- server count anew, the recovery. When another has come since, nothing of an earlier run is relied on.
            CREATE OR REPLACE FUNCTION tidegate.begin_run() RETURNS void
            LANGUAGE plpgsql SET search_path = pg_catalog
            AS $run$
            DECLARE
                v_started timestamptz := pg_postmaster_start_time();
                v_last record;
                v_checkpoints bigint;
                v_counted_from timestamptz;
            BEGIN
                IF pg_is_in_recovery() OR EXISTS (SELECT FROM tidegate.run WHERE started = v_started) THEN
                    RETURN;
                END IF;
                SELECT checkpoint_lsn, checkpoint_time INTO v_last FROM pg_control_checkpoint();
                IF current_setting('server_version_num')::integer >= 170000 THEN
                    SELECT num_timed + num_requested, stats_reset INTO v_checkpoints, v_counted_from
                      FROM pg_stat_checkpointer;
                ELSE
                    SELECT checkpoints_timed + checkpoints_req, stats_reset INTO v_checkpoints, v_counted_from
                      FROM pg_stat_bgwriter;
                END IF;
                INSERT INTO tidegate.run (started, began)
                VALUES (v_started, CASE
                        WHEN v_counted_from >= v_started AND v_checkpoints <= 1
                          OR v_counted_from < v_started AND v_last.checkpoint_time <= v_started
                        THEN v_last.checkpoint_lsn ELSE '0/0' END)
                ON CONFLICT (started) DO NOTHING;
            END;
            $run$;
            REVOKE EXECUTE ON FUNCTION tidegate.begin_run() FROM PUBLIC;
            SELECT tidegate.begin_run();
            CREATE SEQUENCE IF NOT EXISTS tidegate.log_seq;
            CREATE TABLE IF NOT EXISTS tidegate.log (
                name       text NOT NULL PRIMARY KEY,
                pruned_xid xid8 NOT NULL DEFAULT '0'
            );
            CREATE TABLE IF NOT EXISTS tidegate.log_source (
                number smallint NOT NULL PRIMARY KEY,
                source text     NOT NULL UNIQUE,
                log    text     NOT NULL REFERENCES tidegate.log
            );
            CREATE TABLE IF NOT EXISTS tidegate.log_member (
                source smallint NOT NULL REFERENCES tidegate.log_source,
                member text     NOT NULL,
                bit    smallint NOT NULL,
                PRIMARY KEY (source, member)
            );
            CREATE TABLE IF NOT EXISTS tidegate.log_relation (
                relation oid      NOT NULL PRIMARY KEY,
                source   smallint NOT NULL REFERENCES tidegate.log_source,
                filenode oid      NOT NULL
            );
            CREATE INDEX IF NOT EXISTS remembered_at ON tidegate.remembered (at);
            CREATE INDEX IF NOT EXISTS touched_object ON tidegate.touched (lane, hierarchy, object_id);
            CREATE INDEX IF NOT EXISTS applied_at ON tidegate.applied USING brin (at);
            CREATE INDEX IF NOT EXISTS touched_at ON tidegate.touched USING brin (at);
            CREATE INDEX IF NOT EXISTS applied_parked ON tidegate.applied (hierarchy, object_id) WHERE outcome = 'parked';
            CREATE INDEX IF NOT EXISTS applied_object ON tidegate.applied (lane, hierarchy, object_id);
            CREATE INDEX IF NOT EXISTS applied_waiting ON tidegate.applied (lane, position, operation) WHERE outcome = 'parked';
            CREATE INDEX IF NOT EXISTS applied_late ON tidegate.applied (lane, xid) WHERE revision > 0;
            """;

    private static final List<String> NAMES = List.of(
            "lane",
            "applied",
            "touched",
            "remembered",
            "run",
            "log_seq",
            "log",
            "log_source",
            "log_member",
            "log_relation");

    /** With the columns that came later and without which nothing can be read. */
    private static final String LACKING_TABLES = """
            SELECT 'tidegate.' || name FROM unnest($1::text[]) AS name WHERE to_regclass('tidegate.' || name) IS NULL
            UNION ALL
            SELECT format('column %s of tidegate.applied', c.name) FROM unnest(ARRAY['xid', 'batch']) AS c(name)
             WHERE to_regclass('tidegate.applied') IS NOT NULL AND NOT EXISTS (
                   SELECT FROM pg_catalog.pg_attribute
                    WHERE attrelid = to_regclass('tidegate.applied') AND attname = c.name AND NOT attisdropped)
            """;

    /** Where the trigger, as it should be, does not stand yet. */
    private static final String LACKING_TRIGGER = """
            WITH RECURSIVE tree(oid) AS (
                SELECT to_regclass($1::text)::oid WHERE to_regclass($1::text) IS NOT NULL
                UNION SELECT i.inhrelid FROM pg_catalog.pg_inherits i JOIN tree t ON i.inhparent = t.oid AND $4::bool)
            SELECT $1::text AS relation WHERE to_regclass($1::text) IS NULL
            UNION ALL SELECT format('%I.%I', n.nspname, c.relname)
              FROM tree t JOIN pg_catalog.pg_class c ON c.oid = t.oid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
             WHERE c.relkind IN ('r', 'p') AND NOT EXISTS (
                   SELECT FROM pg_catalog.pg_trigger g JOIN pg_catalog.pg_proc p ON p.oid = g.tgfoid
                    WHERE g.tgrelid = c.oid AND g.tgname = $2::text AND g.tgenabled = 'A' AND p.proname = $3::text
                      AND p.pronamespace = to_regnamespace('tidegate'))
            """;

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

    static Uni<Void> locked(SqlConnection connection) {
        return connection
                .preparedQuery("SELECT pg_advisory_xact_lock($1::int8)")
                .execute(Tuple.of(LOCK))
                .replaceWithVoid();
    }

    private Uni<Void> triggers(StoreName store, Pool pool) {
        return InTurn.each(triggers(store), trigger -> trigger(pool, trigger));
    }

    private Uni<Void> trigger(Pool pool, VersionTrigger trigger) {
        return pool.withTransaction(connection -> locked(connection)
                        .flatMap(_ -> relationsWithout(connection, trigger))
                        .flatMap(lacking -> lacking.isEmpty()
                                ? Uni.createFrom().voidItem()
                                : install(connection, trigger, lacking)))
                .onFailure()
                .retry()
                .withBackOff(Duration.ofMillis(100), Duration.ofSeconds(1))
                .withJitter(0.5)
                .atMost(ATTEMPTS);
    }

    /** Where the trigger is wanting; the table itself if there is none. */
    static Uni<List<String>> relationsWithout(SqlClient client, VersionTrigger trigger) {
        return client.preparedQuery(LACKING_TRIGGER)
                .execute(Tuple.of(trigger.table(), trigger.name(), trigger.function(), trigger.isOnEveryRelation()))
                .map(StoreSchema::names);
    }

    /** What a store lacks, in words; changes nothing. */
    Uni<List<String>> wanting(StoreName store, Pool pool) {
        return pool.preparedQuery(LACKING_TABLES)
                .execute(Tuple.of(NAMES.toArray(String[]::new)))
                .map(StoreSchema::names)
                .flatMap(tables -> {
                    List<String> wanting = new ArrayList<>();
                    tables.forEach(table -> wanting.add("there is no " + table));
                    return InTurn.each(
                                    triggers(store),
                                    trigger -> relationsWithout(pool, trigger)
                                            .invoke(relations -> relations.forEach(relation -> wanting.add(relation
                                                    + ": the trigger " + trigger.name() + " is not as it should be")))
                                            .replaceWithVoid())
                            .replaceWith(wanting);
                });
    }

    List<VersionTrigger> triggers(StoreName store) {
        return new ChangeStatements(model).versionTriggers(store);
    }

    private static List<String> names(Iterable<Row> rows) {
        List<String> names = new ArrayList<>();
        rows.forEach(row -> names.add(row.getString(0)));
        return names;
    }

    private static Uni<Void> install(SqlConnection connection, VersionTrigger trigger, List<String> relations) {
        return Transactions.plain(connection, "SET LOCAL lock_timeout = '200ms'")
                .flatMap(_ -> InTurn.each(
                        installing(trigger, relations), statement -> Transactions.plain(connection, statement)));
    }

    /**
     * What puts a trigger on these relations, to be run in one transaction. The function resolves names as the session does,
     * temporary tables last, whoever fires it.
     */
    static List<String> installing(VersionTrigger trigger, List<String> relations) {
        List<String> statements = new ArrayList<>(
                List.of("SELECT set_config('search_path', current_setting('search_path') || ', pg_temp', true)"));
        statements.addAll(trigger.createFunction());
        relations.forEach(relation -> statements.addAll(trigger.createOn(relation)));
        return statements;
    }
}
