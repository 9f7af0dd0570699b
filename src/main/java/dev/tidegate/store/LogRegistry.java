package dev.tidegate.store;

import dev.tidegate.sql.LoggedTable;
import io.vertx.mutiny.sqlclient.Row;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** What a store knows of its change logs: which there are, and what their numbers and bits stand for. */
final class LogRegistry {
    private final Set<String> logs = new HashSet<>();
    private final Map<Integer, String> sources = new HashMap<>();
    private final Map<Integer, Map<Integer, Set<String>>> members = new HashMap<>();

    LogRegistry(Iterable<Row> rows) {
        for (Row row : rows) {
            int number = row.getInteger("number");
            logs.add(row.getString("log"));
            sources.put(number, row.getString("source"));
            if (row.getString("member") != null) {
                members.computeIfAbsent(number, _ -> new HashMap<>())
                        .computeIfAbsent(row.getInteger("bit"), _ -> new HashSet<>())
                        .add(row.getString("member"));
            }
        }
    }

    boolean has(String log) {
        return logs.contains(log);
    }

    /** As {@link LoggedTable#source()}; empty for one that the log is not of any more. */
    String source(int number) {
        return sources.getOrDefault(number, "");
    }

    /** All that may have changed, where several members share a bit. */
    Set<String> changed(int number, long bits) {
        Set<String> changed = new TreeSet<>();
        members.getOrDefault(number, Map.of()).forEach((bit, names) -> {
            if ((bits & (1L << bit)) != 0) {
                changed.addAll(names);
            }
        });
        return changed;
    }
}
