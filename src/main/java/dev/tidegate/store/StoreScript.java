package dev.tidegate.store;

import dev.tidegate.model.Model;
import dev.tidegate.model.StoreName;
import dev.tidegate.model.WatchedEntities;
import dev.tidegate.sql.FoundTable;
import dev.tidegate.sql.LogInstallation;
import dev.tidegate.sql.LoggedTable;
import dev.tidegate.sql.VersionTrigger;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Writes what a store lacks as one SQL script, for a DBA who does not let the gateway change tables. Reads the store's catalogs
 * and changes nothing. Tables of the gateway are named in it always; of triggers and logs just what is wanting.
 */
public final class StoreScript {
    private final StoreSchema schema;
    private final List<LoggedTable> tables;
    private final StoreName store;
    private final Pool pool;
    private final List<String> script = new ArrayList<>();
    private final Map<String, Map<String, FoundTable.Type>> made = new HashMap<>();
    private int registered;

    private StoreScript(Model model, WatchedEntities watched, StoreName store, Pool pool) {
        this.schema = new StoreSchema(model);
        this.tables = LoggedTable.of(model, watched, store);
        this.store = store;
        this.pool = pool;
    }

    /**
     * The script for one store, as it is now.
     *
     * @param role as which the gateway works, which gets the rights that it needs
     */
    public static Uni<String> of(Model model, WatchedEntities watched, StoreName store, Pool pool, String role) {
        StoreScript script = new StoreScript(model, watched, store, pool);
        return script.write(role);
    }

    private Uni<String> write(String role) {
        script.add("-- What Tidegate needs in the store '" + store
                + "'. To be run by the owner of the tables, with the search_path\n"
                + "-- of the gateway's sessions. Each transaction gives up after 200 ms without its locks: then repeat it.\n"
                + "BEGIN;\n" + StoreSchema.TABLES + "COMMIT;");
        return InTurn.each(schema.triggers(store), this::version)
                .flatMap(_ -> pool.query("SELECT to_regclass('tidegate.log_relation') IS NOT NULL")
                        .execute())
                .map(rows -> rows.iterator().next().getBoolean(0))
                .flatMap(registry -> InTurn.each(tables, table -> log(table, registry)))
                .flatMap(_ -> InTurn.each(
                        tables.stream().map(LoggedTable::log).distinct().toList(), this::partitions))
                .map(_ -> {
                    script.add(grants(role));
                    return String.join("\n\n", script) + "\n";
                });
    }

    private Uni<Void> version(VersionTrigger trigger) {
        return StoreSchema.relationsWithout(pool, trigger)
                .invoke(relations -> {
                    if (!relations.isEmpty()) {
                        transaction(StoreSchema.installing(trigger, relations));
                    }
                })
                .replaceWithVoid();
    }

    private Uni<Void> log(LoggedTable table, boolean registry) {
        return (registry ? LogCatalog.find(pool, table) : LogCatalog.findInNew(pool, table))
                .map(found -> afterThis(table, found))
                .map(found -> LogInstallation.of(table, found))
                .invoke(installation -> {
                    if (installation.statements().isEmpty()) {
                        installation.wanting().forEach(what -> script.add("-- Cannot be logged: " + what + "."));
                    } else {
                        transaction(installation.statements());
                    }
                })
                .replaceWithVoid();
    }

    /** As the store will be when the script has come so far. */
    private FoundTable afterThis(LoggedTable table, FoundTable found) {
        Map<String, FoundTable.Type> columns =
                found.logColumns().isEmpty() ? made.getOrDefault(table.log(), Map.of()) : found.logColumns();
        FoundTable after = found.after(Math.max(registered + 1, found.nextNumber()), columns);
        registered = Math.max(registered, found.number().orElse(after.nextNumber()));
        Map<String, FoundTable.Type> keys = new LinkedHashMap<>();
        table.keys()
                .forEach(key -> Optional.ofNullable(found.columns().get(key.column()))
                        .ifPresent(type -> keys.put(key.log(), type)));
        made.putIfAbsent(table.log(), keys);
        return after;
    }

    private Uni<Void> partitions(String log) {
        return new LogPartitions(pool)
                .lacking(log)
                .invoke(lacking -> lacking.forEach(create -> transaction(List.of(create))))
                .replaceWithVoid();
    }

    private void transaction(List<String> statements) {
        script.add("BEGIN;\nSET LOCAL lock_timeout = '200ms';\n" + String.join(";\n", statements) + ";\nCOMMIT;");
    }

    private static String grants(String role) {
        String quoted = '"' + role.replace("\"", "\"\"") + '"';
        return "GRANT USAGE ON SCHEMA tidegate TO " + quoted
                + ";\nGRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA tidegate TO " + quoted
                + ";\nGRANT USAGE ON ALL SEQUENCES IN SCHEMA tidegate TO " + quoted
                + ";\nGRANT EXECUTE ON FUNCTION tidegate.begin_run() TO " + quoted + ";";
    }
}
