package dev.tidegate.sql;

import dev.tidegate.model.EntityName;
import dev.tidegate.model.IdType;
import dev.tidegate.model.Model;
import dev.tidegate.model.ValueType;
import dev.tidegate.xpath.Condition;
import dev.tidegate.xpath.Reach;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Writes the questions of a delta (store-protocol 15 to 19): which objects may look different since a cursor, and which of those that are
 * in a set no more may have been in it. Both go by the change logs, for one store with its own {@link LogBook}.
 */
public final class DeltaWriter {
    private static final String UUID_TEXT = "'^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'";

    private final Model model;
    private final LogBook book;

    public DeltaWriter(Model model, LogBook book) {
        this.model = model;
        this.book = book;
    }

    /** The logs that tell of a set, by their bare names. */
    public static Set<String> logs(Model model, Delta delta) {
        return TouchedRows.logs(model, reads(delta));
    }

    /** Whether the store has all of these logs. */
    public boolean has(Collection<String> logs) {
        return logs.stream().allMatch(book::has);
    }

    private static Reads reads(Delta delta) {
        Reads reads = Reads.of(delta.entity(), delta.conditions());
        delta.ends().forEach(reads::show);
        return reads;
    }

    /** Those of the logs, as texts, that a barrier stands in: what changed there is not known one by one (10). */
    public SqlQuery barriers(Collection<String> logs) {
        Binds binds = new Binds();
        TouchedRows rows = rows(binds, new Aliases());
        String text = logs.stream()
                .sorted()
                .map(log -> "SELECT " + LogStatements.text(log) + "::text WHERE EXISTS (SELECT FROM "
                        + LogStatements.log(log) + " l WHERE " + rows.window("l") + " AND l.kind = 'B')")
                .collect(Collectors.joining(" UNION ALL "));
        return new SqlQuery(text, binds.all());
    }

    /** The ids of objects that may look different, in their order; {@link Bind.Limit} of them, behind {@link Bind.LastId} where {@code behind}. */
    public SqlQuery changed(Delta delta, boolean behind) {
        Binds binds = new Binds();
        Aliases aliases = new Aliases();
        TouchedRows rows = rows(binds, aliases);
        List<String> sources = new ArrayList<>();
        sources.add(rows.own(delta.entity()));
        sources.addAll(rows.through(reads(delta)));
        if (delta.clock()) {
            sources.add(moved(delta, binds, aliases));
        }
        if (delta.told()) {
            sources.add(told(delta, rows, binds, aliases));
        }
        ValueType type = model.idType(delta.entity());
        String ordered = ConditionWriter.ordered("c.id", type);
        String text = "SELECT DISTINCT c.id FROM (SELECT id::" + Quoting.type(type) + " FROM (\n"
                + String.join("\nUNION ALL ", sources) + ") s(id)) c WHERE c.id IS NOT NULL"
                + (behind ? " AND " + ordered + " > " + lastId(binds, type) : "");
        // Sorted outside: what is DISTINCT can be ordered only by what is selected.
        return new SqlQuery(
                "SELECT c.id FROM (" + text + ") c ORDER BY " + ordered + " LIMIT " + binds.place(new Bind.Limit()),
                binds.all());
    }

    private static String lastId(Binds binds, ValueType type) {
        String place = binds.place(new Bind.LastId());
        return type == ValueType.TEXT ? place : place + "::" + Quoting.type(type);
    }

    /** Those whose conditions the clock alone has changed. */
    private String moved(Delta delta, Binds binds, Aliases aliases) {
        Scope scope = new Scope(model, delta.entity(), aliases);
        ConditionWriter now = new ConditionWriter(model, binds, aliases);
        ConditionWriter then = new ConditionWriter(model, binds.then(), aliases);
        String differ = delta.conditions().stream()
                .map(condition -> now.simplify(condition, scope))
                .map(condition -> "((" + now.write(condition, scope) + ") IS TRUE) <> ((" + then.write(condition, scope)
                        + ") IS TRUE)")
                .collect(Collectors.joining(" OR "));
        String id = scope.id();
        return "SELECT " + id + " FROM " + scope.from() + " WHERE " + differ;
    }

    /** Those that operations of the client were about of which it has not been told. */
    private String told(Delta delta, TouchedRows rows, Binds binds, Aliases aliases) {
        String a = aliases.next();
        IdType type = model.entity(delta.entity()).identity().type();
        String id = switch (type) {
            case UUID -> "CASE WHEN " + a + ".object_id ~ " + UUID_TEXT + " THEN " + a + ".object_id::uuid END";
            case LONG -> "CASE WHEN " + a + ".object_id ~ '^-?[0-9]{1,18}$' THEN " + a + ".object_id::int8 END";
            case STRING -> a + ".object_id";
        };
        return "SELECT " + id + " FROM tidegate.applied " + a + " WHERE " + a + ".lane = "
                + binds.place(new Bind.Lane())
                + " AND (" + a + ".position > " + binds.place(new Bind.Told()) + " OR (" + a + ".revision > 0 AND "
                + rows.window(a, Bind.Seen.RECEIPT) + ")) AND (" + a + ".hierarchy = "
                + Quoting.literal(model.root(delta.entity())) + " OR " + a + ".entity = "
                + Quoting.literal(delta.entity()) + ")";
    }

    /**
     * Of the ids that are bound ({@link Bind.Ids}) those whose objects some image since the cursor shows as one that could have been in
     * the set (17), and those that the client named itself.
     */
    public SqlQuery lost(Delta delta) {
        Binds binds = new Binds();
        Aliases aliases = new Aliases();
        Reads reads = reads(delta);
        TouchedRows rows = rows(binds, aliases);
        String ids = "unnest(" + binds.place(new Bind.Ids(model.idType(delta.entity()))) + ") i(id)";
        Map<EntityName, String> tables = new LinkedHashMap<>();
        StringBuilder from = new StringBuilder(ids);
        model.lineage(delta.entity()).forEach(table -> {
            String alias = aliases.next();
            tables.put(table, alias);
            from.append(" CROSS JOIN LATERAL (")
                    .append(images(table, reads, rows, aliases))
                    .append(") ")
                    .append(alias);
        });
        Scope image = new Scope(model, delta.entity(), aliases, tables);
        ConditionWriter then = new ConditionWriter(model, binds.then(), aliases);
        Past past = new Past(then, rows, reads, image);
        String could = past.possible(then.simplify(delta.where(), image));
        String text = "SELECT DISTINCT i.id FROM " + from + " WHERE " + could;
        if (delta.told()) {
            text += " UNION SELECT i.id FROM " + ids + " WHERE i.id IN (" + told(delta, rows, binds, aliases) + ")";
        }
        return new SqlQuery(text, binds.all());
    }

    /** What the row of an object in one table is, and what it was at any time since the cursor, as far as conditions read it. */
    private String images(EntityName table, Reads reads, TouchedRows rows, Aliases aliases) {
        Map<String, String> members = reads.members().getOrDefault(table, Map.of());
        String t = aliases.next();
        String id = rows.idOf(table);
        List<String> now = new ArrayList<>(List.of(t + "." + id));
        members.values().forEach(column -> now.add(t + "." + Quoting.identifier(column)));
        String current = "SELECT " + String.join(", ", now) + " FROM " + rows.tableOf(table) + " " + t + " WHERE " + t
                + "." + id + " = i.id";
        return book.number(table)
                .map(number -> {
                    String l = aliases.next();
                    List<String> old = new ArrayList<>(List.of(l + ".id AS " + id));
                    members.forEach((member, column) -> old.add(rows.old(table, member)
                                    .map(kept -> l + "." + kept.column())
                                    .orElse("NULL")
                            + " AS " + Quoting.identifier(column)));
                    return "SELECT " + String.join(", ", old) + " FROM " + rows.log(table) + " " + l + " WHERE " + l
                            + ".id = i.id AND " + l + ".source = " + number + " AND " + l + ".kind <> 'I' AND "
                            + rows.window(l) + " UNION " + current;
                })
                .orElse(current);
    }

    private TouchedRows rows(Binds binds, Aliases aliases) {
        return new TouchedRows(model, book, binds, aliases);
    }

    /**
     * Writes a condition on an image of an object: what its own members say is certain; what depends on others is as they are now, and in
     * doubt where they have changed since the cursor.
     */
    private static final class Past {
        private final ConditionWriter conditions;
        private final TouchedRows rows;
        private final Reads reads;
        private final Scope image;

        Past(ConditionWriter conditions, TouchedRows rows, Reads reads, Scope image) {
            this.conditions = conditions;
            this.rows = rows;
            this.reads = reads;
            this.image = image;
        }

        String possible(Condition condition) {
            return write(condition, true);
        }

        private String write(Condition condition, boolean inDoubt) {
            return switch (condition) {
                case Condition.All(var parts) -> joined(parts, " AND ", "true", inDoubt);
                case Condition.Any(var parts) -> joined(parts, " OR ", "false", inDoubt);
                case Condition.Not(var inner) -> "(" + write(inner, !inDoubt) + ") IS NOT TRUE";
                case Condition.OfOwnEntity _ -> "true";
                case Condition.Exists exists -> doubted(exists, List.of(Reads.Step.of(exists.hop())), inDoubt);
                case Condition.CompareMembers compare -> doubted(compare, steps(compare), inDoubt);
                case Condition.Compare _,
                        Condition.CompareValues _,
                        Condition.IsEmpty _,
                        Condition.IsNotEmpty _,
                        Condition.TextMatch _ -> "(" + conditions.write(condition, image) + ")";
            };
        }

        private String joined(List<Condition> parts, String by, String none, boolean inDoubt) {
            return parts.isEmpty()
                    ? none
                    : parts.stream().map(part -> write(part, inDoubt)).collect(Collectors.joining(by, "(", ")"));
        }

        private static List<Reads.Step> steps(Condition.CompareMembers compare) {
            List<Reads.Step> steps = new ArrayList<>();
            for (Reach reach : List.of(compare.left(), compare.right())) {
                if (!reach.legs().isEmpty()) {
                    steps.add(Reads.Step.of(reach.legs().getFirst().hop()));
                }
            }
            return steps;
        }

        private String doubted(Condition condition, List<Reads.Step> steps, boolean inDoubt) {
            String now = "(" + conditions.write(condition, image) + ")";
            if (steps.isEmpty()) {
                return now;
            }
            String touched = steps.stream()
                    .map(step -> rows.isThrough(
                            image, step, Objects.requireNonNull(reads.steps().get(step))))
                    .collect(Collectors.joining(" OR "));
            return inDoubt ? "(" + now + " OR " + touched + ")" : "(" + now + " AND (" + touched + ") IS NOT TRUE)";
        }
    }
}
