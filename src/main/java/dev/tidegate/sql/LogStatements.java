package dev.tidegate.sql;

import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The logs themselves: a table partitioned by weeks, with a default partition that exists always, so that no write fails for
 * want of one (store-protocol 8).
 */
public final class LogStatements {
    /** For so many weeks partitions are made ahead. */
    public static final int AHEAD = 4;

    private LogStatements() {}

    /** A log of the given columns for ids, each with an index that leads through an object's history. */
    static List<String> create(String log, Map<String, String> keys, Instant now) {
        String columns = keys.entrySet().stream()
                .map(key -> key.getKey() + " " + key.getValue())
                .collect(Collectors.joining(", "));
        List<String> statements = new ArrayList<>();
        statements.add("INSERT INTO tidegate.log (name) VALUES (" + text(log) + ") ON CONFLICT DO NOTHING");
        statements.add("CREATE TABLE " + log(log) + " (seq bigint NOT NULL DEFAULT nextval('tidegate.log_seq'),"
                + " at timestamptz NOT NULL DEFAULT clock_timestamp(), xid xid8 NOT NULL DEFAULT pg_current_xact_id(),"
                + " source smallint NOT NULL, kind \"char\" NOT NULL, changed bigint NOT NULL DEFAULT 0, " + columns
                + ", version_before text, version_after text) PARTITION BY RANGE (at)");
        statements.add(createDefault(log));
        statements.addAll(partitions(log, now).values());
        statements.add("CREATE INDEX ON " + log(log) + " (xid)");
        keys.keySet().forEach(key -> statements.add("CREATE INDEX ON " + log(log) + " (" + key + ", seq)"));
        return statements;
    }

    public static String createDefault(String log) {
        return "CREATE TABLE " + defaultPartition(log) + " PARTITION OF " + log(log) + " DEFAULT";
    }

    /** Takes a log away, and from its tables what writes into it. */
    static List<String> without(String log) {
        return List.of(
                "UPDATE tidegate.log SET pruned_xid = pg_current_xact_id() WHERE name = " + text(log),
                """
                DO $$ DECLARE f text; BEGIN
                    FOR f IN SELECT format('tidegate.%%I()', p.proname)
                               FROM pg_catalog.pg_proc p JOIN tidegate.log_source s
                                 ON starts_with(p.proname::text, 'log_' || s.number || '_')
                              WHERE p.pronamespace = 'tidegate'::regnamespace AND s.log = %s
                    LOOP EXECUTE 'DROP FUNCTION ' || f || ' CASCADE'; END LOOP;
                END $$""".formatted(text(log)),
                "DROP TABLE " + log(log));
    }

    static String barrier(String log, int source) {
        return "INSERT INTO " + log(log) + " (source, kind) VALUES (" + source + ", 'B')";
    }

    /** The name of each partition from the week of {@code now} on, to the statement that makes it. */
    public static Map<String, String> partitions(String log, Instant now) {
        Map<String, String> partitions = new LinkedHashMap<>();
        for (int week = 0; week <= AHEAD; week++) {
            LocalDate monday = LogNames.monday(now).plusWeeks(week);
            String name = LogNames.partition(log, monday);
            partitions.put(
                    name,
                    "CREATE TABLE " + log(name) + " PARTITION OF " + log(log) + " FOR VALUES FROM ('" + monday
                            + " 00:00:00+00') TO ('" + monday.plusWeeks(1) + " 00:00:00+00')");
        }
        return partitions;
    }

    /** A table of schema {@code tidegate}, quoted. */
    public static String log(String name) {
        return "tidegate." + Quoting.identifier(name);
    }

    public static String defaultPartition(String log) {
        return log(LogNames.defaultPartition(log));
    }

    static String text(String value) {
        return "'" + value.replace("'", "''") + "'";
    }
}
