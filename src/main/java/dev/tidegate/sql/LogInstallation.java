package dev.tidegate.sql;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a store lacks so that one table is logged as it should be: in words, and as statements that make it so, to be run in one
 * transaction. Nothing where all is well. Whatever is put right may have let changes pass unseen, or older rows of the log say
 * less than newer ones will, so the log gets a barrier (store-protocol 10).
 *
 * <p>The first statement locks out writers of the table, so that none is under way when the triggers stand.
 */
public record LogInstallation(List<String> wanting, List<String> statements) {
    /** Members beyond share the last bit, which then says that one of them may have changed. */
    static final int LAST_BIT = 62;

    private static final Map<String, String> EVENTS = events();

    public LogInstallation {
        wanting = List.copyOf(wanting);
        statements = List.copyOf(statements);
    }

    private static Map<String, String> events() {
        Map<String, String> events = new LinkedHashMap<>();
        events.put("tidegate_log_insert", "INSERT ON %s REFERENCING NEW TABLE AS tidegate_after");
        events.put(
                "tidegate_log_update",
                "UPDATE ON %s REFERENCING OLD TABLE AS tidegate_before NEW TABLE AS tidegate_after");
        events.put("tidegate_log_delete", "DELETE ON %s REFERENCING OLD TABLE AS tidegate_before");
        events.put("tidegate_log_truncate", "TRUNCATE ON %s");
        return Collections.unmodifiableMap(events);
    }

    public boolean isNothing() {
        return wanting.isEmpty();
    }

    public static LogInstallation of(LoggedTable table, FoundTable found) {
        return new Builder(table, found).build();
    }

    private static final class Builder {
        private final LoggedTable table;
        private final FoundTable found;
        private final int number;
        private final Map<String, Integer> bits;
        private final List<String> wanting = new ArrayList<>();
        private final List<String> statements = new ArrayList<>();

        Builder(LoggedTable table, FoundTable found) {
            this.table = table;
            this.found = found;
            this.number = found.number().orElse(found.nextNumber());
            this.bits = bits();
        }

        /** Bits that members once had stay theirs: rows of the log outlive the model that they were written under. */
        private Map<String, Integer> bits() {
            Map<String, Integer> all = new HashMap<>(found.bits());
            Set<Integer> taken = new HashSet<>(all.values());
            int next = 0;
            for (LoggedTable.Member member : LogFunction.members(table, found)) {
                if (!all.containsKey(member.name())) {
                    while (next < LAST_BIT && taken.contains(next)) {
                        next++;
                    }
                    all.put(member.name(), next);
                    taken.add(next);
                }
            }
            return all;
        }

        LogInstallation build() {
            List<String> impossible = impossible();
            if (!impossible.isEmpty()) {
                return new LogInstallation(impossible, List.of());
            }
            log();
            source();
            members();
            oldValues();
            triggers();
            relations();
            if (wanting.isEmpty()) {
                return new LogInstallation(List.of(), List.of());
            }
            statements.addFirst("LOCK TABLE "
                    + found.relations().stream()
                            .map(relation -> "ONLY " + relation.name())
                            .collect(Collectors.joining(", "))
                    + " IN SHARE ROW EXCLUSIVE MODE");
            statements.add(LogStatements.barrier(table.log(), number));
            return new LogInstallation(wanting, statements);
        }

        private List<String> impossible() {
            if (found.relations().isEmpty()) {
                return List.of("there is no table " + table.table());
            }
            return table.keys().stream()
                    .map(LoggedTable.Key::column)
                    .filter(column -> !found.columns().containsKey(column))
                    .map(column -> "the table " + table.table() + " has no column " + Quoting.identifier(column))
                    .toList();
        }

        /** A log of ids of another type than the table's would fail its writers: it begins anew. */
        private void log() {
            boolean exists = !found.logColumns().isEmpty();
            boolean fits = table.keys().stream().allMatch(key -> {
                FoundTable.Type held = found.logColumns().get(key.log());
                return held != null && held.name().equals(type(key.column()).name());
            });
            if (exists && fits) {
                return;
            }
            wanting.add(
                    exists
                            ? "the log of " + table.source() + " is of other ids"
                            : "there is no log of " + table.source());
            if (exists) {
                statements.addAll(LogStatements.without(table.log()));
            }
            Map<String, String> keys = new LinkedHashMap<>();
            table.keys().forEach(key -> keys.put(key.log(), type(key.column()).name()));
            statements.addAll(LogStatements.create(table.log(), keys, found.at()));
        }

        private FoundTable.Type type(String column) {
            return Objects.requireNonNull(found.columns().get(column), column);
        }

        private void source() {
            if (found.number().isEmpty() || !found.isIn(table.log())) {
                wanting.add("the registry of logs does not know " + table.source());
                statements.add("INSERT INTO tidegate.log_source (number, source, log) VALUES (" + number + ", "
                        + LogStatements.text(table.source()) + ", " + LogStatements.text(table.log())
                        + ") ON CONFLICT (number) DO UPDATE SET log = excluded.log");
            }
        }

        private void members() {
            List<String> added = LogFunction.members(table, found).stream()
                    .map(LoggedTable.Member::name)
                    .filter(member -> !found.bits().containsKey(member))
                    .toList();
            if (!added.isEmpty()) {
                wanting.add(
                        "the registry of logs does not know of " + table.source() + ": " + String.join(", ", added));
                statements.add("INSERT INTO tidegate.log_member (source, member, bit) VALUES "
                        + added.stream()
                                .map(member -> "(" + number + ", " + LogStatements.text(member) + ", "
                                        + Objects.requireNonNull(bits.get(member), member) + ")")
                                .collect(Collectors.joining(", ")));
            }
        }

        private void oldValues() {
            boolean anew = statements.stream().anyMatch(statement -> statement.startsWith("CREATE TABLE"));
            LogFunction.members(table, found).stream()
                    .filter(LoggedTable.Member::filter)
                    .forEach(member -> {
                        String column = LogNames.oldValue(number, Objects.requireNonNull(bits.get(member.name())));
                        String type = type(member.column()).name();
                        FoundTable.Type held = anew ? null : found.logColumns().get(column);
                        if (held == null || !held.name().equals(type)) {
                            wanting.add("the log does not hold old values of " + member.name());
                            statements.add("ALTER TABLE " + LogStatements.log(table.log())
                                    + (held == null ? "" : " DROP COLUMN " + Quoting.identifier(column) + ",")
                                    + " ADD COLUMN "
                                    + Quoting.identifier(column) + " " + type);
                        }
                    });
        }

        private void triggers() {
            LogFunction function = new LogFunction(table, found, number, bits);
            List<String> creations = new ArrayList<>();
            for (FoundTable.Relation relation : found.relations()) {
                EVENTS.forEach((name, event) -> {
                    if (!relation.triggers().contains(new FoundTable.Trigger(name, function.name(), true))) {
                        creations.add("CREATE OR REPLACE TRIGGER " + name + " AFTER "
                                + event.formatted(relation.name()) + " FOR EACH STATEMENT EXECUTE FUNCTION tidegate."
                                + Quoting.identifier(function.name()) + "()");
                        creations.add("ALTER TABLE ONLY " + relation.name() + " ENABLE ALWAYS TRIGGER " + name);
                        wanting.add(lack(relation, name));
                    }
                });
            }
            if (!creations.isEmpty()) {
                statements.addAll(function.statements());
                statements.addAll(creations);
            }
            former();
            found.functions().stream()
                    .filter(old -> !old.equals(function.name()))
                    .forEach(old ->
                            statements.add("DROP FUNCTION IF EXISTS tidegate." + Quoting.identifier(old) + "()"));
        }

        private static String lack(FoundTable.Relation relation, String name) {
            String how = relation.triggers().stream()
                    .filter(trigger -> trigger.name().equals(name))
                    .map(trigger -> trigger.always() ? " is of another version" : " is not enabled always")
                    .findFirst()
                    .orElse(" is missing");
            return relation.name() + ": the trigger " + name + how;
        }

        private void former() {
            for (FoundTable.Former former : found.former()) {
                wanting.add(former.name().orElse("a dropped table") + " is no part of " + table.table() + " any more");
                former.name()
                        .ifPresent(name -> EVENTS.keySet()
                                .forEach(trigger ->
                                        statements.add("DROP TRIGGER IF EXISTS " + trigger + " ON " + name)));
                statements.add("DELETE FROM tidegate.log_relation WHERE relation = " + former.oid());
            }
        }

        private void relations() {
            List<FoundTable.Relation> unknown = found.relations().stream()
                    .filter(relation -> !relation.known())
                    .toList();
            unknown.forEach(relation -> wanting.add(relation.name() + " is new, or was emptied or rewritten"));
            if (!unknown.isEmpty()) {
                statements.add("INSERT INTO tidegate.log_relation (relation, source, filenode) SELECT oid, " + number
                        + ", coalesce(pg_relation_filenode(oid), 0) FROM pg_class WHERE oid = ANY (ARRAY["
                        + unknown.stream()
                                .map(relation -> LogStatements.text(relation.name()) + "::regclass")
                                .collect(Collectors.joining(", "))
                        + "]::oid[]) ON CONFLICT (relation) DO UPDATE SET source = excluded.source, filenode ="
                        + " excluded.filenode");
            }
        }
    }
}
