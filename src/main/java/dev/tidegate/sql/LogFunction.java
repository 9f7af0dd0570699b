package dev.tidegate.sql;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * The body of the trigger function that writes the changes of one table into its log (store-protocol 7). Whatever has become of the table
 * or the log since it was installed, it never fails the statement that fired it (8): a table of another shape gets a barrier.
 *
 * <p>All rows of one call share a {@code seq}, drawn while the locks of the changed rows are held. A log row of a table without a
 * version column has no {@code version_after}: its own {@code xmin} is that of the changed row, since both were written by one
 * subtransaction.
 */
final class LogFunction {
    private static final String BEFORE = "tidegate_before";
    private static final String AFTER = "tidegate_after";

    /** PostgreSQL's own types whose {@code =} says the same as a look at the bytes, or where a difference in bytes means nothing. */
    private static final List<String> PLAIN = List.of(
            "bigint",
            "boolean",
            "bytea",
            "date",
            "integer",
            "numeric",
            "smallint",
            "timestamp with time zone",
            "timestamp without time zone",
            "uuid");

    private final LoggedTable table;
    private final FoundTable found;
    private final int source;
    private final Map<String, Integer> bits;

    /**
     * For one table.
     *
     * @param bits those of all members that the table has columns for
     */
    LogFunction(LoggedTable table, FoundTable found, int source, Map<String, Integer> bits) {
        this.table = table;
        this.found = found;
        this.source = source;
        this.bits = Map.copyOf(bits);
    }

    String name() {
        return LogNames.function(source, body());
    }

    List<String> statements() {
        String function = "tidegate." + Quoting.identifier(name()) + "()";
        return List.of(
                "CREATE OR REPLACE FUNCTION " + function + " RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER"
                        + " SET search_path = pg_catalog, pg_temp SET enable_nestloop = off AS $tidegate$\n" + body()
                        + "\n$tidegate$",
                "REVOKE ALL ON FUNCTION " + function + " FROM PUBLIC");
    }

    /** The members that are logged, which are those that the table has. */
    static List<LoggedTable.Member> members(LoggedTable table, FoundTable found) {
        return table.members().stream()
                .filter(member -> found.columns().containsKey(member.column()))
                .toList();
    }

    private String body() {
        return """
                DECLARE
                    at_once constant timestamptz := clock_timestamp();
                    now_seq bigint;
                BEGIN
                    IF TG_OP = 'INSERT' THEN
                        IF NOT EXISTS (SELECT FROM %6$s) THEN RETURN NULL; END IF;
                    ELSIF TG_OP IN ('UPDATE', 'DELETE') THEN
                        IF NOT EXISTS (SELECT FROM %5$s) THEN RETURN NULL; END IF;
                    END IF;
                    IF to_regclass('%1$s') IS NULL THEN RETURN NULL; END IF;
                    now_seq := nextval('tidegate.log_seq');
                    IF TG_OP = 'TRUNCATE' OR %2$d <> (
                            SELECT count(*) FROM pg_attribute
                             WHERE attrelid = TG_RELID AND NOT attisdropped
                               AND attname || ' ' || atttypid = ANY (%3$s)) THEN
                        %4$s
                        RETURN NULL;
                    END IF;
                    IF TG_OP = 'INSERT' THEN
                        %7$s
                    ELSIF TG_OP = 'DELETE' THEN
                        %8$s
                    ELSE
                        %9$s
                    END IF;
                    RETURN NULL;
                END""".formatted(
                log(), shape().size(), array(shape()), barrier(), BEFORE, AFTER, inserted(), deleted(), updated());
    }

    private String log() {
        return LogStatements.log(table.log());
    }

    /** What the statements below count on. */
    private List<String> shape() {
        List<String> columns = new ArrayList<>();
        table.keys().forEach(key -> columns.add(key.column()));
        if (table instanceof LoggedTable.OfEntity entity) {
            entity.version().ifPresent(columns::add);
        }
        members(table, found).forEach(member -> columns.add(member.column()));
        return columns.stream()
                .distinct()
                .map(column -> column + " " + type(column).oid())
                .toList();
    }

    private FoundTable.Type type(String column) {
        return Objects.requireNonNull(found.columns().get(column), column);
    }

    private static String array(List<String> texts) {
        return texts.stream()
                .map(text -> "'" + text.replace("'", "''") + "'")
                .collect(Collectors.joining(", ", "ARRAY[", "]::text[]"));
    }

    private String barrier() {
        return LogStatements.barrier(table.log(), source) + ";";
    }

    private String inserted() {
        return insert("'I'::\"char\"", AFTER + " AS n", "n", List.of(), "");
    }

    private String deleted() {
        return insert("'D'::\"char\"", BEFORE + " AS o", "o", List.of(), "");
    }

    /** Store-protocol 10: a changed key is a delete and an insert. */
    private String updated() {
        String matches = table.keys().stream()
                .map(key -> column("n", key.column()) + " = " + column("o", key.column()))
                .collect(Collectors.joining(" AND "));
        String first = table.keys().getFirst().column();
        String kind = "CASE WHEN " + column("n", first) + " IS NULL THEN 'D' WHEN " + column("o", first)
                + " IS NULL THEN 'I' ELSE 'U' END::\"char\"";
        String where = table instanceof LoggedTable.OfPairs
                ? " WHERE " + column("n", first) + " IS NULL OR " + column("o", first) + " IS NULL"
                : "";
        return insert(
                kind,
                BEFORE + " AS o FULL JOIN " + AFTER + " AS n ON " + matches + where,
                "",
                members(table, found),
                first);
    }

    private String insert(String kind, String from, String side, List<LoggedTable.Member> changed, String matchedBy) {
        List<String> columns = new ArrayList<>(List.of("seq", "at", "xid", "source", "kind"));
        List<String> values =
                new ArrayList<>(List.of("now_seq", "at_once", "pg_current_xact_id()", Integer.toString(source), kind));
        for (LoggedTable.Key key : table.keys()) {
            columns.add(key.log());
            values.add(
                    side.isEmpty()
                            ? "coalesce(" + column("n", key.column()) + ", " + column("o", key.column()) + ")"
                            : column(side, key.column()));
        }
        if (!changed.isEmpty()) {
            columns.add("changed");
            values.add("CASE WHEN " + column("n", matchedBy) + " = " + column("o", matchedBy) + " THEN " + mask(changed)
                    + " ELSE 0 END");
        }
        if (table instanceof LoggedTable.OfEntity entity) {
            entity.version().ifPresent(version -> {
                if (!side.equals("n")) {
                    columns.add("version_before");
                    values.add(column("o", version) + "::text");
                }
                if (!side.equals("o")) {
                    columns.add("version_after");
                    values.add(column("n", version) + "::text");
                }
            });
        }
        if (!side.equals("n")) {
            members(table, found).stream().filter(LoggedTable.Member::filter).forEach(member -> {
                columns.add(LogNames.oldValue(source, bit(member)));
                values.add(column("o", member.column()));
            });
        }
        return "INSERT INTO " + log() + " (" + String.join(", ", columns) + ")\n                SELECT "
                + String.join(", ", values) + "\n                  FROM " + from + ";";
    }

    private int bit(LoggedTable.Member member) {
        return Objects.requireNonNull(bits.get(member.name()), member.name());
    }

    private String mask(List<LoggedTable.Member> members) {
        return members.stream()
                .map(member -> "(CASE WHEN " + differs(member.column()) + " THEN " + (1L << bit(member))
                        + "::bigint ELSE 0 END)")
                .collect(Collectors.joining("\n                    | "));
    }

    /** By their bytes where the type's own {@code =} may not exist, or may call equal what is not. */
    private String differs(String name) {
        String before = column("o", name);
        String after = column("n", name);
        return PLAIN.contains(type(name).name())
                ? before + " IS DISTINCT FROM " + after
                : "record_image_ne(ROW(" + before + "), ROW(" + after + "))";
    }

    private static String column(String alias, String name) {
        return alias + "." + Quoting.identifier(name);
    }
}
