package dev.tidegate.sql;

import java.util.Collection;
import java.util.stream.Collectors;

/** What opens a moment of a store for a download (store-protocol 11 to 14). */
public final class SnapshotStatements {

    /**
     * One row: whether this is a standby, the snapshot, up to where the log of the store has been written, whose moment it is, whether the
     * run of its server is known yet, and as JSON the last runs (newest first: id, and where it began) and what the registry of change logs
     * says.
     */
    public static final String OPENING = """
            SELECT pg_is_in_recovery() AS standby, pg_current_snapshot()::text AS snapshot,
                   CASE WHEN NOT pg_is_in_recovery() THEN pg_current_wal_insert_lsn()::text END AS written,
                   (SELECT system_identifier::text FROM pg_control_system()) || ' '
                       || (SELECT timeline_id::text FROM pg_control_checkpoint()) || ' '
                       || (SELECT oid::text FROM pg_catalog.pg_database WHERE datname = current_database()) || ' '
                       || 'tidegate.log'::regclass::oid::text AS identity,
                   EXISTS (SELECT FROM tidegate.run WHERE started = pg_postmaster_start_time()) AS in_known_run,
                   (SELECT coalesce(json_agg(json_build_array(r.id, r.began)), '[]')
                      FROM (SELECT id, began FROM tidegate.run ORDER BY number DESC LIMIT 64) AS r) AS runs,
                   (SELECT coalesce(json_object_agg(name, pruned_xid::text), '{}') FROM tidegate.log) AS pruned,
                   (SELECT coalesce(json_object_agg(source, number), '{}') FROM tidegate.log_source) AS numbers,
                   (SELECT coalesce(json_object_agg(source, members), '{}')
                      FROM (SELECT source, json_object_agg(member, bit) AS members
                              FROM tidegate.log_member GROUP BY source) m) AS members
            """;

    /** Whether the store has made durable what was written up to a place in its log. */
    public static final String IS_DURABLE = "SELECT pg_current_wal_flush_lsn() >= $1::text::pg_lsn";

    /** Makes durable whatever has been written. */
    public static final String MAKE_DURABLE =
            "BEGIN; SET LOCAL synchronous_commit = on; SELECT pg_logical_emit_message(true, 'tidegate', ''); COMMIT";

    /** Makes known the run of the server that has not been seen yet (store-protocol 22). */
    public static final String BEGIN_RUN = "SELECT tidegate.begin_run()";

    /** The same where the schema may not be there yet. */
    public static final String BEGIN_RUN_IF_PREPARED =
            "DO $$ BEGIN IF to_regprocedure('tidegate.begin_run()') IS NOT NULL THEN PERFORM tidegate.begin_run(); END IF; END $$";

    private SnapshotStatements() {}

    /**
     * Begins a moment in which no row of these logs goes. The locks come before the snapshot is taken.
     *
     * @param logs by their bare names
     * @param statementMillis how long one statement may take
     * @param restMillis how long the store waits for the next one
     */
    public static String begin(Collection<String> logs, long statementMillis, long restMillis) {
        String locks = logs.isEmpty()
                ? ""
                : logs.stream()
                        .sorted()
                        .map(LogStatements::log)
                        .collect(Collectors.joining(", ", "; LOCK TABLE ", " IN ACCESS SHARE MODE"));
        return "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL statement_timeout = " + statementMillis
                + "; SET LOCAL idle_in_transaction_session_timeout = " + restMillis
                + "; SET LOCAL lock_timeout = '2s'; SET LOCAL max_parallel_workers_per_gather = 0" + locks;
    }
}
