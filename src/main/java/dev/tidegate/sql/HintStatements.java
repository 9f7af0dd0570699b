package dev.tidegate.sql;

import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Asks a store whether its change logs have rows that an earlier snapshot could not see (store-protocol 12), and which logs those are;
 * never what changed. While {@link #now} answers the same, no transaction has ended, and there is nothing to ask.
 */
public final class HintStatements {
    private HintStatements() {}

    /** Those of the logs that a store has. */
    public static SqlStatement existing(Collection<String> logs) {
        return SqlStatement.of("""
                SELECT log FROM unnest($1::text[]) AS log
                 WHERE to_regclass('tidegate.' || quote_ident(log)) IS NOT NULL ORDER BY log
                """, logs.toArray(String[]::new));
    }

    /** The snapshot at hand. */
    public static SqlStatement now() {
        return new SqlStatement("SELECT pg_current_snapshot()::text", List.of());
    }

    /**
     * One row: the snapshot of this look, and for each log, of which there is one at least, in their order, whether it has something. Two looks into an index for
     * each log; {@code ORDER BY}, and bounds that say nothing new, keep the planner from reading a log from its beginning in
     * the hope of an early find. The upper one also keeps what was restored from another cluster from being found for ever.
     */
    public static SqlStatement look(List<String> logs, String since) {
        String found = logs.stream().map(HintStatements::found).collect(Collectors.joining(",\n"));
        return SqlStatement.of("""
                SELECT pg_current_snapshot()::text, ARRAY[%s]
                """.formatted(found), since);
    }

    private static String found(String log) {
        return """
                coalesce((SELECT true FROM %1$s
                           WHERE xid >= pg_snapshot_xmax($1::text::pg_snapshot)
                             AND xid < pg_snapshot_xmax(pg_current_snapshot()) ORDER BY xid LIMIT 1),
                         (SELECT true FROM %1$s
                           WHERE xid = ANY (ARRAY(SELECT pg_snapshot_xip($1::text::pg_snapshot)))
                             AND xid >= pg_snapshot_xmin($1::text::pg_snapshot)
                             AND xid < pg_snapshot_xmax($1::text::pg_snapshot) ORDER BY xid LIMIT 1),
                         false)""".formatted(LogStatements.log(log));
    }
}
