package dev.tidegate.oracle;

import dev.tidegate.model.Association;
import dev.tidegate.model.DeclaredAttribute;
import dev.tidegate.model.Entity;
import dev.tidegate.model.EntityName;
import dev.tidegate.model.IdType;
import dev.tidegate.model.Model;
import dev.tidegate.model.TableName;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Writes statements that change a store as programs do that know nothing of the gateway: some rows, all rows, whole objects, references,
 * pairs, keys, what an object is, whole tables, and partitions by their own names. Objects stay whole from commit to commit.
 */
final class WriteMaker {
    private static final int PARTITIONS = 2;

    private final Dice dice;
    private final Model model;
    private final Values values;
    private final String schema;
    private final Map<TableName, List<String>> partitions = new HashMap<>();
    private final Map<EntityName, List<String>> ids = new HashMap<>();
    private final Map<EntityName, List<String>> gone = new HashMap<>();
    private boolean cascading;

    /** {@code world}: what there was at the beginning. */
    WriteMaker(Dice dice, World world, Values values, String schema) {
        this.dice = dice;
        this.model = world.model();
        this.values = values;
        this.schema = schema;
        world.things().forEach(thing -> {
            EntityName root = thing.tables().getFirst();
            ids.computeIfAbsent(root, _ -> new ArrayList<>())
                    .add(literal(
                            thing.id(),
                            Tables.type(model.entity(root).identity().type())));
        });
    }

    /** What makes of the tables what programs rely on: what is single is unique, some rows go with others, some tables have partitions. */
    List<String> preparation() {
        List<String> all = new ArrayList<>();
        for (Association association : model.associations().values()) {
            all.addAll(uniqueness(association));
        }
        Entity users = model.entity(model.user().orElseThrow().entity());
        all.add("CREATE UNIQUE INDEX ON " + Tables.table(users.table()) + " (" + column(users, "Login") + ")");
        for (Entity entity : model.entities().values()) {
            if (!entity.name().equals(users.name()) && !hasUniqueColumn(entity.name()) && dice.percent(25)) {
                all.addAll(partitioned(entity.table(), List.of(id(entity))));
            }
        }
        for (Association association : model.associations().values()) {
            if (association.kind() == Association.Kind.REFERENCE_SET
                    && association.storage() instanceof Association.InJoinTable(var table, var from, var to)
                    && dice.percent(25)) {
                all.addAll(partitioned(table, List.of(Tables.quoted(from), Tables.quoted(to))));
            }
        }
        cascading = dice.percent(50);
        if (cascading) {
            for (Entity entity : model.entities().values()) {
                entity.generalization()
                        .map(model::entity)
                        .ifPresent(above -> all.add("ALTER TABLE " + Tables.table(entity.table()) + " ADD FOREIGN KEY ("
                                + id(entity) + ") REFERENCES " + Tables.table(above.table())
                                + " ON DELETE CASCADE ON UPDATE CASCADE"));
            }
        }
        return all;
    }

    private boolean hasUniqueColumn(EntityName entity) {
        return model.associations().values().stream()
                .anyMatch(association -> association.from().equals(entity) && isOneToOne(association));
    }

    private static boolean isOneToOne(Association association) {
        return association.kind() == Association.Kind.REFERENCE && association.bothOwn();
    }

    private List<String> uniqueness(Association association) {
        if (association.kind() == Association.Kind.REFERENCE_SET) {
            return List.of();
        }
        return switch (association.storage()) {
            case Association.InColumn(var column) ->
                isOneToOne(association)
                        ? unique(model.entity(association.from()).table(), Tables.quoted(column), true)
                        : List.of();
            case Association.InJoinTable(var table, var from, var to) -> {
                List<String> all = new ArrayList<>(unique(table, Tables.quoted(from), false));
                if (association.bothOwn()) {
                    all.addAll(unique(table, Tables.quoted(to), false));
                }
                yield all;
            }
        };
    }

    private static List<String> unique(TableName table, String column, boolean emptied) {
        String of = Tables.table(table);
        String twice = " WHERE EXISTS (SELECT FROM " + of + " o WHERE o." + column + " = t." + column
                + " AND o.ctid > t.ctid)";
        return List.of(
                emptied ? "UPDATE " + of + " t SET " + column + " = NULL" + twice : "DELETE FROM " + of + " t" + twice,
                "CREATE UNIQUE INDEX ON " + of + " (" + column + ")");
    }

    private List<String> partitioned(TableName table, List<String> key) {
        String of = Tables.table(table);
        String before = schema + ".before_" + partitions.size();
        List<String> all = new ArrayList<>(List.of(
                "ALTER TABLE " + of + " RENAME TO before_" + partitions.size(),
                "CREATE TABLE " + of + " (LIKE " + before + ", PRIMARY KEY (" + String.join(", ", key)
                        + ")) PARTITION BY HASH (" + key.getFirst() + ")"));
        List<String> parts = new ArrayList<>();
        for (int i = 0; i < PARTITIONS; i++) {
            String part = schema + ".part_" + partitions.size() + "_" + i;
            parts.add(part);
            all.add("CREATE TABLE " + part + " PARTITION OF " + of + " FOR VALUES WITH (MODULUS " + PARTITIONS
                    + ", REMAINDER " + i + ")");
        }
        all.add("INSERT INTO " + of + " SELECT * FROM " + before);
        all.add("DROP TABLE " + before);
        partitions.put(table, parts);
        return all;
    }

    /** The table, or one of its partitions by its own name. */
    private String anyOf(TableName table) {
        List<String> parts = partitions.getOrDefault(table, List.of());
        return parts.isEmpty() || dice.percent(50) ? Tables.table(table) : dice.any(parts);
    }

    private static String id(Entity entity) {
        return Tables.quoted(entity.identity().column());
    }

    private static String column(Entity entity, String attribute) {
        return Tables.quoted(
                Objects.requireNonNull(entity.attributes().get(attribute)).column());
    }

    private static String literal(@Nullable Object value, String type) {
        String text = Tables.text(value);
        return (text == null ? "NULL" : "'" + text.replace("'", "''") + "'") + "::" + type;
    }

    /** Statements that belong together: between them others may come, but no commit. */
    List<String> change() {
        return switch (dice.weighted(34, 14, 14, 12, 10, 3, 3, 5, 1, 3, 2)) {
            case 0 -> members();
            case 1 -> reference();
            case 2 -> pairs();
            case 3 -> create(anyEntity());
            case 4 -> delete();
            case 5 -> key();
            case 6 -> kind();
            case 7 -> name();
            case 8 -> truncate();
            case 9 -> replaced();
            default -> specialized();
        };
    }

    private EntityName anyEntity() {
        return dice.any(List.copyOf(model.entities().keySet()));
    }

    private String some(Entity entity) {
        return dice.percent(7) ? "" : " WHERE " + id(entity) + " IN (" + ids(entity, dice.between(1, 4)) + ")";
    }

    private String ids(Entity entity, int many) {
        return "SELECT " + id(entity) + " FROM " + Tables.table(entity.table()) + " ORDER BY md5(" + id(entity)
                + "::text || '" + dice.upTo(1_000_000) + "') LIMIT " + many;
    }

    private List<String> members() {
        Entity entity = model.entity(anyEntity());
        List<String> sets = new ArrayList<>();
        dice.some(entity.attributes().values(), dice.between(1, 3)).stream()
                .filter(attribute -> !isLogin(entity.name(), attribute.name()))
                .forEach(attribute -> sets.add(Tables.quoted(attribute.column()) + " = "
                        + literal(
                                dice.percent(15) ? null : values.of(new DeclaredAttribute(entity.name(), attribute)),
                                Tables.type(attribute.type()))));
        return sets.isEmpty()
                ? List.of()
                : List.of("UPDATE " + anyOf(entity.table()) + " SET " + String.join(", ", sets) + some(entity));
    }

    private boolean isLogin(EntityName entity, String attribute) {
        return model.user()
                .filter(user ->
                        user.entity().equals(entity) && user.nameAttribute().equals(attribute))
                .isPresent();
    }

    private List<String> reference() {
        List<Association> kept = model.associations().values().stream()
                .filter(association -> association.storage() instanceof Association.InColumn)
                .toList();
        if (kept.isEmpty()) {
            return pairs();
        }
        Association association = dice.any(kept);
        Entity from = model.entity(association.from());
        String column = Tables.quoted(((Association.InColumn) association.storage()).column());
        Entity to = model.entity(association.to());
        String target = dice.percent(15) ? "NULL" : dice.percent(8) ? nowhere(to) : "(" + ids(to, 1) + ")";
        String where = isOneToOne(association) ? " WHERE " + id(from) + " IN (" + ids(from, 1) + ")" : some(from);
        return List.of("UPDATE " + anyOf(from.table()) + " SET " + column + " = " + target + where);
    }

    private String nowhere(Entity entity) {
        IdType type = entity.identity().type();
        return literal(values.ids(type, 1, dice).getFirst(), Tables.type(type));
    }

    private List<String> pairs() {
        List<Association> joined = model.associations().values().stream()
                .filter(association -> association.storage() instanceof Association.InJoinTable)
                .toList();
        if (joined.isEmpty()) {
            return members();
        }
        Association association = dice.any(joined);
        Association.InJoinTable storage = (Association.InJoinTable) association.storage();
        String table = Tables.table(storage.table());
        String from = Tables.quoted(storage.fromColumn());
        String to = Tables.quoted(storage.toColumn());
        Entity near = model.entity(association.from());
        Entity far = model.entity(association.to());
        return switch (dice.weighted(5, 4, 2, 1)) {
            case 0 ->
                List.of("INSERT INTO " + table + " (" + from + ", " + to + ") SELECT a.i, b.i FROM ("
                        + ids(near, dice.between(1, 3)) + ") a(i), (" + ids(far, dice.between(1, 2))
                        + ") b(i) ON CONFLICT DO NOTHING");
            case 1 ->
                List.of("DELETE FROM " + anyOf(storage.table()) + " WHERE " + from + " IN (" + ids(near, 2) + ")");
            case 2 ->
                List.of("UPDATE " + table + " SET " + to + " = (" + ids(far, 1) + ") WHERE (" + from + ", " + to
                        + ") IN (SELECT " + from + ", " + to + " FROM " + table + " ORDER BY md5(" + from + "::text || "
                        + to + "::text || '" + dice.upTo(1000) + "') LIMIT 1)");
            default -> dice.percent(20) ? List.of("TRUNCATE " + table) : List.of("DELETE FROM " + table);
        };
    }

    private List<String> create(EntityName own) {
        EntityName root = model.root(own);
        List<String> before = gone.getOrDefault(root, List.of());
        if (!before.isEmpty() && dice.percent(40)) {
            return inserts(own, dice.any(before));
        }
        String id = nowhere(model.entity(root));
        ids.computeIfAbsent(root, _ -> new ArrayList<>()).add(id);
        return inserts(own, id);
    }

    private List<String> inserts(EntityName own, String id) {
        List<String> all = new ArrayList<>();
        for (EntityName table : model.lineage(own).reversed()) {
            all.add(insert(model.entity(table), id, own.toString()));
        }
        return all;
    }

    private String insert(Entity entity, String id, String discriminator) {
        Map<String, String> row = new LinkedHashMap<>();
        row.put(id(entity), id);
        if (entity.generalization().isEmpty()) {
            entity.version().ifPresent(column -> row.put(Tables.quoted(column), "1"));
            entity.discriminator().ifPresent(column -> row.put(Tables.quoted(column), literal(discriminator, "text")));
        }
        entity.attributes().values().forEach(attribute -> {
            if (!dice.percent(15) && !isLogin(entity.name(), attribute.name())) {
                row.put(
                        Tables.quoted(attribute.column()),
                        literal(
                                values.of(new DeclaredAttribute(entity.name(), attribute)),
                                Tables.type(attribute.type())));
            }
        });
        for (Association association : model.associations().values()) {
            if (association.from().equals(entity.name())
                    && association.storage() instanceof Association.InColumn(var column)
                    && dice.percent(isOneToOne(association) ? 20 : 75)) {
                row.put(Tables.quoted(column), "(" + ids(model.entity(association.to()), 1) + ")");
            }
        }
        return "INSERT INTO " + Tables.table(entity.table()) + " (" + String.join(", ", row.keySet()) + ") VALUES ("
                + String.join(", ", row.values()) + ")";
    }

    /** An id that some object of the hierarchy has or has had, as a literal. */
    private Optional<String> known(EntityName root) {
        List<String> all = ids.getOrDefault(root, List.of());
        return all.isEmpty() ? Optional.empty() : Optional.of(dice.any(all));
    }

    private EntityName anyRoot() {
        return model.root(anyEntity());
    }

    private String locked(Entity head, String ids) {
        return "SELECT FROM " + Tables.table(head.table()) + " WHERE " + id(head) + " IN (" + ids + ") FOR UPDATE";
    }

    private List<String> delete() {
        EntityName root = anyRoot();
        List<String> some = dice.some(ids.getOrDefault(root, List.of()), dice.between(1, 3));
        gone.computeIfAbsent(root, _ -> new ArrayList<>()).addAll(some);
        return some.isEmpty() ? List.of() : deletes(root, String.join(", ", some));
    }

    /** The most special rows first; or the root's, and the others go with it. */
    private List<String> deletes(EntityName root, String ids) {
        List<String> all = new ArrayList<>(List.of(locked(model.entity(root), ids)));
        List<EntityName> tables = new ArrayList<>(cascading && dice.percent(60) ? List.of(root) : model.family(root));
        tables.sort(Comparator.comparingInt(name -> -model.lineage(name).size()));
        for (EntityName table : tables) {
            Entity entity = model.entity(table);
            all.add("DELETE FROM " + Tables.table(entity.table()) + " o WHERE " + id(entity) + " IN (" + ids + ")"
                    + (tables.size() > 1 && table.equals(root) ? withoutOthers(root) : ""));
        }
        return all;
    }

    /** Somebody may have made such an object since the rows of its specializations were gone. */
    private String withoutOthers(EntityName root) {
        return model.family(root).stream()
                .filter(below -> !below.equals(root))
                .map(model::entity)
                .map(below -> " AND NOT EXISTS (SELECT FROM " + Tables.table(below.table()) + " b WHERE b." + id(below)
                        + " = o." + id(model.entity(root)) + ")")
                .collect(Collectors.joining());
    }

    /** Gone and there again, in one transaction. */
    private List<String> replaced() {
        EntityName own = anyEntity();
        return known(model.root(own))
                .map(id -> {
                    List<String> all = new ArrayList<>(deletes(model.root(own), id));
                    all.addAll(inserts(own, id));
                    return all;
                })
                .orElseGet(Collections::emptyList);
    }

    private List<String> key() {
        EntityName root = anyRoot();
        Entity head = model.entity(root);
        Optional<String> id = known(root);
        if (id.isEmpty()) {
            return List.of();
        }
        String other = nowhere(head);
        gone.computeIfAbsent(root, _ -> new ArrayList<>()).add(id.get());
        ids.computeIfAbsent(root, _ -> new ArrayList<>()).add(other);
        List<String> all = new ArrayList<>(List.of(locked(head, id.get())));
        for (EntityName table : cascading ? List.of(root) : model.family(root)) {
            Entity entity = model.entity(table);
            all.add("UPDATE " + Tables.table(entity.table()) + " SET " + id(entity) + " = " + other + " WHERE "
                    + id(entity) + " = " + id.get()
                    + (table.equals(root)
                            ? ""
                            : " AND EXISTS (SELECT FROM " + Tables.table(head.table()) + " h WHERE h." + id(head)
                                    + " = " + other + ")"));
        }
        return all;
    }

    /** What an object says that it is: something that the model does not know, or what it has been. */
    private List<String> kind() {
        EntityName root = anyRoot();
        Entity head = model.entity(root);
        if (model.family(root).size() < 2 || head.discriminator().isEmpty()) {
            return List.of();
        }
        String column = Tables.quoted(head.discriminator().get());
        return known(root)
                .map(id -> List.of(
                        locked(head, id),
                        "UPDATE " + Tables.table(head.table()) + " SET " + column + " = CASE WHEN starts_with(" + column
                                + ", '?') THEN substr(" + column + ", 2) ELSE '?' || " + column + " END WHERE "
                                + id(head) + " = " + id))
                .orElseGet(List::of);
    }

    /** An object of an entity becomes one of a specialization. */
    private List<String> specialized() {
        List<EntityName> special = model.entities().keySet().stream()
                .filter(entity -> !model.root(entity).equals(entity))
                .toList();
        if (special.isEmpty()) {
            return List.of();
        }
        EntityName to = dice.any(special);
        Entity above = model.entity(model.entity(to).generalization().orElseThrow());
        Entity head = model.entity(model.root(to));
        String column = Tables.quoted(head.discriminator().orElseThrow());
        return known(head.name())
                .map(id -> List.of(
                        locked(head, id),
                        "UPDATE " + Tables.table(head.table()) + " SET " + column + " = "
                                + literal(to.toString(), "text") + " WHERE " + id(head) + " = " + id + " AND " + column
                                + " = " + literal(above.name().toString(), "text"),
                        "INSERT INTO " + Tables.table(model.entity(to).table()) + " (" + id(model.entity(to))
                                + ") SELECT " + id(head) + " FROM " + Tables.table(head.table()) + " WHERE " + id(head)
                                + " = " + id + " AND " + column + " = " + literal(to.toString(), "text")))
                .orElseGet(List::of);
    }

    /** Who a caller's own object is. */
    private List<String> name() {
        Entity users = model.entity(model.user().orElseThrow().entity());
        String login = column(users, "Login");
        String name = literal(dice.any(ModelMaker.CALLERS), "text");
        String table = Tables.table(users.table());
        return List.of(
                "UPDATE " + table + " SET " + login + " = NULL WHERE " + login + " = " + name,
                dice.percent(25)
                        ? "SELECT"
                        : "UPDATE " + table + " SET " + login + " = " + name + " WHERE " + id(users) + " IN ("
                                + ids(users, 1) + ")");
    }

    /** Two changes of two rows of one table, each of them one row; fewer where there are no such rows. */
    List<String> rows() {
        EntityName root = anyRoot();
        Entity head = model.entity(root);
        return dice.some(ids.getOrDefault(root, List.of()), 2).stream()
                .map(id -> "UPDATE " + Tables.table(head.table()) + " SET " + id(head) + " = " + id(head) + " WHERE "
                        + id(head) + " = " + id)
                .toList();
    }

    private List<String> truncate() {
        if (dice.percent(50)) {
            return pairs();
        }
        return List.of("TRUNCATE "
                + model.family(anyRoot()).stream()
                        .map(entity -> Tables.table(model.entity(entity).table()))
                        .collect(Collectors.joining(", ")));
    }
}
