package dev.tidegate.store;

import dev.tidegate.sql.FoundTable;
import dev.tidegate.sql.LoggedTable;
import io.smallrye.mutiny.Uni;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.mutiny.sqlclient.SqlClient;
import io.vertx.mutiny.sqlclient.Tuple;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** Reads what a store holds of a logged table and of its log, by one statement that locks nothing of the users'. */
final class LogCatalog {
    /** Domains of domains come down to the type that they are made of. */
    private static final String COLUMNS = """
            (SELECT coalesce(json_object_agg(a.attname, json_build_object('oid', a.atttypid::bigint, 'name', format_type((
                        WITH RECURSIVE base(oid) AS (
                            SELECT a.atttypid UNION ALL
                            SELECT t.typbasetype FROM pg_catalog.pg_type t JOIN base b ON t.oid = b.oid WHERE t.typtype = 'd')
                        SELECT b.oid FROM base b JOIN pg_catalog.pg_type t ON t.oid = b.oid WHERE t.typtype <> 'd'), -1))), '{}')
               FROM pg_catalog.pg_attribute a
              WHERE a.attrelid = %s AND a.attnum > 0 AND NOT a.attisdropped)""";

    private static final String REGISTRY = "log_source AS (SELECT * FROM tidegate.log_source), "
            + "log_member AS (SELECT * FROM tidegate.log_member), log_relation AS (SELECT * FROM tidegate.log_relation)";

    private static final String NO_REGISTRY =
            "log_source AS (SELECT 0::int2 AS number, ''::text AS source, ''::text AS log WHERE false), "
                    + "log_member AS (SELECT 0::int2 AS source, ''::text AS member, 0::int2 AS bit WHERE false), "
                    + "log_relation AS (SELECT 0::oid AS relation, 0::int2 AS source, 0::oid AS filenode WHERE false)";

    private static final String FIND = find(REGISTRY);
    private static final String FIND_IN_NEW = find(NO_REGISTRY);

    private static String find(String registry) {
        return """
            WITH RECURSIVE %s, tree(oid) AS (
                SELECT to_regclass($1::text)::oid WHERE to_regclass($1::text) IS NOT NULL
                UNION SELECT i.inhrelid FROM pg_catalog.pg_inherits i JOIN tree t ON i.inhparent = t.oid),
            source AS (SELECT number, log FROM log_source WHERE source = $2::text)
            SELECT now() AS at, json_build_object(
                'number', (SELECT number FROM source),
                'log', (SELECT log FROM source),
                'next', (SELECT coalesce(max(number), 0) + 1 FROM log_source),
                'bits', (SELECT coalesce(json_object_agg(member, bit), '{}') FROM log_member
                          WHERE source = (SELECT number FROM source)),
                'relations', (SELECT coalesce(json_agg(json_build_object(
                        'name', format('%%I.%%I', n.nspname, c.relname),
                        'known', EXISTS (SELECT FROM log_relation r
                                          WHERE r.relation = c.oid AND r.source = (SELECT number FROM source)
                                            AND r.filenode = coalesce(pg_relation_filenode(c.oid), 0)),
                        'triggers', (SELECT coalesce(json_agg(json_build_object(
                                'name', g.tgname, 'always', g.tgenabled = 'A',
                                'function', CASE WHEN p.pronamespace = to_regnamespace('tidegate') THEN p.proname ELSE '' END)), '[]')
                           FROM pg_catalog.pg_trigger g JOIN pg_catalog.pg_proc p ON p.oid = g.tgfoid
                          WHERE g.tgrelid = c.oid AND g.tgname LIKE 'tidegate\\_log\\_%%'))
                        ORDER BY c.oid <> to_regclass($1::text), c.oid), '[]')
                   FROM tree t JOIN pg_catalog.pg_class c ON c.oid = t.oid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                  WHERE c.relkind IN ('r', 'p')),
                'former', (SELECT coalesce(json_agg(json_build_object('oid', r.relation::bigint,
                        'name', CASE WHEN c.oid IS NOT NULL THEN format('%%I.%%I', n.nspname, c.relname) END)), '[]')
                   FROM log_relation r
                   LEFT JOIN pg_catalog.pg_class c ON c.oid = r.relation
                   LEFT JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                  WHERE r.source = (SELECT number FROM source) AND r.relation NOT IN (SELECT oid FROM tree)),
                'columns', %s,
                'logColumns', %s,
                'functions', (SELECT coalesce(json_agg(proname), '[]') FROM pg_catalog.pg_proc
                  WHERE pronamespace = to_regnamespace('tidegate')
                    AND starts_with(proname::text, 'log_' || (SELECT number FROM source) || '_'))) AS found
            """.formatted(
                        registry,
                        COLUMNS.formatted("to_regclass($1::text)"),
                        COLUMNS.formatted("to_regclass('tidegate.' || quote_ident($3::text))"));
    }

    private LogCatalog() {}

    static Uni<FoundTable> find(SqlClient client, LoggedTable table) {
        return find(client, FIND, table);
    }

    /** The same in a store without a registry of logs. */
    static Uni<FoundTable> findInNew(SqlClient client, LoggedTable table) {
        return find(client, FIND_IN_NEW, table);
    }

    private static Uni<FoundTable> find(SqlClient client, String find, LoggedTable table) {
        return client.preparedQuery(find)
                .execute(Tuple.of(table.table(), table.source(), table.log()))
                .map(rows -> rows.iterator().next())
                .map(row -> found(row.getOffsetDateTime("at").toInstant(), row.getJsonObject("found")));
    }

    private static FoundTable found(Instant at, JsonObject json) {
        return new FoundTable(
                at,
                Optional.ofNullable(json.getInteger("number")),
                Optional.ofNullable(json.getString("log")),
                json.getInteger("next"),
                map(json.getJsonObject("bits"), value -> (Integer) value),
                all(json.getJsonArray("relations"), LogCatalog::relation),
                all(json.getJsonArray("former"), LogCatalog::former),
                map(json.getJsonObject("columns"), LogCatalog::type),
                map(json.getJsonObject("logColumns"), LogCatalog::type),
                json.getJsonArray("functions").stream().map(String::valueOf).toList());
    }

    private static FoundTable.Relation relation(JsonObject json) {
        Set<FoundTable.Trigger> triggers = new HashSet<>(all(
                json.getJsonArray("triggers"),
                trigger -> new FoundTable.Trigger(
                        trigger.getString("name"), trigger.getString("function"), trigger.getBoolean("always"))));
        return new FoundTable.Relation(json.getString("name"), json.getBoolean("known"), triggers);
    }

    private static FoundTable.Former former(JsonObject json) {
        return new FoundTable.Former(json.getLong("oid"), Optional.ofNullable(json.getString("name")));
    }

    private static FoundTable.Type type(Object value) {
        JsonObject json = (JsonObject) value;
        return new FoundTable.Type(json.getLong("oid"), json.getString("name"));
    }

    private static <T> List<T> all(JsonArray array, Function<JsonObject, T> read) {
        return array.stream().map(element -> read.apply((JsonObject) element)).toList();
    }

    private static <T> Map<String, T> map(JsonObject json, Function<Object, T> read) {
        Map<String, T> map = new HashMap<>();
        json.forEach(entry -> map.put(entry.getKey(), read.apply(entry.getValue())));
        return map;
    }
}
