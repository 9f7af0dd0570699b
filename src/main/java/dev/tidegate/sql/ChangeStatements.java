package dev.tidegate.sql;

import dev.tidegate.model.Association;
import dev.tidegate.model.Direction;
import dev.tidegate.model.Entity;
import dev.tidegate.model.EntityName;
import dev.tidegate.model.Identity;
import dev.tidegate.model.Model;
import dev.tidegate.model.OwnedEnd;
import dev.tidegate.model.StoreName;
import dev.tidegate.model.TableName;
import dev.tidegate.model.ValueType;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Writes the statements by which objects are locked, created, changed and deleted. Names come from the model and are quoted,
 * values are binds with an explicit type. What a sequence of them means is the business of whoever runs them.
 */
public final class ChangeStatements {
    private final Model model;

    public ChangeStatements(Model model) {
        this.model = model;
    }

    /** One column to be written, and its value. */
    public record Cell(
            String column, ValueType type, @Nullable Object value) {}

    /** Locks what objects of exactly this entity consist of, in the order of their ids (store-protocol 4). */
    public SqlStatement lock(EntityName entity, Collection<?> ids) {
        return lock(entity, ids, "FOR NO KEY UPDATE");
    }

    /** The same for objects that are about to go: nobody can refer to them any more. */
    public SqlStatement lockToDelete(EntityName entity, Collection<?> ids) {
        return lock(entity, ids, "FOR UPDATE");
    }

    private SqlStatement lock(EntityName entity, Collection<?> ids, String strength) {
        List<EntityName> lineage = model.lineage(entity).reversed();
        String root = "t0." + idColumn(entity);
        StringBuilder from = new StringBuilder();
        for (int i = 0; i < lineage.size(); i++) {
            String alias = "t" + i;
            from.append(i == 0 ? "" : " JOIN ")
                    .append(table(lineage.get(i)))
                    .append(' ')
                    .append(alias);
            if (i > 0) {
                from.append(" ON ")
                        .append(alias)
                        .append('.')
                        .append(idColumn(entity))
                        .append(" = ")
                        .append(root);
            }
        }
        return SqlStatement.of(
                "SELECT count(*) FROM (SELECT FROM " + from + " WHERE " + root + " = ANY(" + ids(1, entity)
                        + ") ORDER BY " + root + " " + strength + ") AS locked",
                array(entity, ids));
    }

    /** Those of the ids under which an object exists anywhere in the entity's hierarchy. */
    public SqlStatement inHierarchy(EntityName entity, Collection<?> ids) {
        EntityName root = model.root(entity);
        return SqlStatement.of(
                "SELECT " + idColumn(root) + "::" + type(root) + " FROM " + table(root) + " WHERE " + idColumn(root)
                        + " = ANY(" + ids(1, root) + ")",
                array(root, ids));
    }

    /** New ids of the entity's hierarchy, from its sequence; a row for each. */
    public SqlStatement nextIds(EntityName entity, int count) {
        String sequence = identity(entity)
                .sequence()
                .orElseThrow(() -> new IllegalArgumentException(entity + " has no sequence"));
        return SqlStatement.of(
                "SELECT nextval($1::text::regclass) FROM generate_series(1, $2::int4)",
                Quoting.table(TableName.parse(sequence)),
                count);
    }

    /** Locks those of the objects that exist as this entity or a specialization, so that they stay; gives their ids. */
    public SqlStatement keepTargets(EntityName target, Collection<?> ids) {
        String id = idColumn(target);
        return SqlStatement.of(
                "SELECT " + id + "::" + type(target) + " FROM " + table(target) + " WHERE " + id + " = ANY("
                        + ids(1, target) + ") ORDER BY " + id + " FOR KEY SHARE",
                array(target, ids));
    }

    /** Id and version of objects of this entity. */
    public SqlStatement versions(EntityName entity, Collection<?> ids) {
        Scope scope = new Scope(model, entity, new Aliases());
        String version = VersionExpression.of(model, entity, scope::alias);
        return SqlStatement.of(
                "SELECT " + scope.id() + "::" + type(entity) + ", " + version + " FROM " + scope.from() + " WHERE "
                        + scope.id() + " = ANY(" + ids(1, entity) + ")",
                array(entity, ids));
    }

    /** The row of one entity of the lineage of {@code own}; the root's carries the discriminator. */
    public SqlStatement insert(EntityName table, EntityName own, Object id, List<Cell> cells) {
        List<String> columns = new ArrayList<>(List.of(idColumn(table)));
        List<String> places = new ArrayList<>(List.of(id(1, table)));
        List<@Nullable Object> values = new ArrayList<>(List.of(id));
        Optional<String> discriminator =
                table.equals(model.root(own)) ? model.entity(table).discriminator() : Optional.empty();
        discriminator.ifPresent(column -> {
            columns.add(Quoting.identifier(column));
            places.add(Quoting.literal(own));
        });
        for (Cell cell : cells) {
            values.add(cell.value());
            columns.add(Quoting.identifier(cell.column()));
            places.add("$" + values.size() + "::" + Quoting.type(cell.type()));
        }
        return new SqlStatement(
                "INSERT INTO " + table(table) + " (" + String.join(", ", columns) + ") VALUES ("
                        + String.join(", ", places) + ")",
                values);
    }

    public SqlStatement update(EntityName table, Object id, List<Cell> cells) {
        List<@Nullable Object> values = new ArrayList<>(List.of(id));
        String sets = cells.stream()
                .map(cell -> {
                    values.add(cell.value());
                    return Quoting.identifier(cell.column()) + " = $" + values.size() + "::"
                            + Quoting.type(cell.type());
                })
                .collect(Collectors.joining(", "));
        return new SqlStatement(
                "UPDATE " + table(table) + " SET " + sets + " WHERE " + idColumn(table) + " = " + id(1, table), values);
    }

    /** Makes a new version of an object whose own rows did not change. */
    public SqlStatement touch(EntityName entity, Object id) {
        Entity root = model.entity(model.root(entity));
        String column = root.version().map(Quoting::identifier).orElse(idColumn(root.name()));
        return SqlStatement.of(
                "UPDATE " + table(root.name()) + " SET " + column + " = " + column + " WHERE " + idColumn(root.name())
                        + " = " + id(1, root.name()),
                id);
    }

    /** The rows of one entity's table. */
    public SqlStatement delete(EntityName table, Collection<?> ids) {
        return SqlStatement.of(
                "DELETE FROM " + table(table) + " WHERE " + idColumn(table) + " = ANY(" + ids(1, table) + ")",
                array(table, ids));
    }

    /** Locks objects of {@code from} that refer to any of these objects of {@code to}; gives ids and own entities' names. */
    public SqlStatement referrers(Association association, Collection<?> ids) {
        EntityName from = association.from();
        EntityName root = model.root(from);
        Scope scope = new Scope(model, from, new Aliases());
        String own = model.entity(root)
                .discriminator()
                .map(column -> scope.column(root, column) + "::text")
                .orElse("'" + from.toString() + "'::text");
        String where = switch (association.storage()) {
            case Association.InColumn(var column) ->
                scope.column(from, column) + " = ANY(" + ids(1, association.to()) + ")";
            case Association.InJoinTable pairs ->
                scope.id() + " IN (SELECT " + Quoting.identifier(pairs.fromColumn()) + " FROM "
                        + Quoting.table(pairs.table()) + " WHERE " + Quoting.identifier(pairs.toColumn())
                        + " = ANY(" + ids(1, association.to()) + "))";
        };
        return SqlStatement.of(
                "SELECT " + scope.id() + "::" + type(from) + ", " + own + " FROM " + scope.from() + " WHERE " + where
                        + " ORDER BY " + scope.id() + " FOR NO KEY UPDATE",
                array(association.to(), ids));
    }

    /** Pairs of ids that an association ties: one of {@code near}, and one at the other end; of those of {@code among} alone. */
    public SqlStatement tied(OwnedEnd end, Collection<?> near, Optional<? extends Collection<?>> among) {
        Association association = end.association();
        EntityName nearEntity = end.source();
        Columns columns = switch (association.storage()) {
            case Association.InColumn(var column) ->
                new Columns(table(association.from()), idColumn(association.from()), Quoting.identifier(column));
            case Association.InJoinTable pairs ->
                new Columns(
                        Quoting.table(pairs.table()),
                        Quoting.identifier(pairs.fromColumn()),
                        Quoting.identifier(pairs.toColumn()));
        };
        String from = " FROM unnest(" + ids(1, nearEntity) + ") AS n(id) JOIN " + columns.table() + " AS p ON p."
                + columns.near(end.direction()) + " = n.id";
        String far = "p." + columns.far(end.direction());
        // Both as they were asked for: a store may take two texts for one id.
        return among.map(ids -> SqlStatement.of(
                        "SELECT n.id, a.id" + from + " JOIN unnest(" + ids(2, end.target()) + ") AS a(id) ON a.id = "
                                + far,
                        array(nearEntity, near),
                        array(end.target(), ids)))
                .orElseGet(() -> SqlStatement.of(
                        "SELECT n.id, " + far + "::" + type(end.target()) + from, array(nearEntity, near)));
    }

    /** Where an association is kept: the columns of both its ends. */
    private record Columns(String table, String from, String to) {
        String near(Direction direction) {
            return direction == Direction.FORWARD ? from : to;
        }

        String far(Direction direction) {
            return direction == Direction.FORWARD ? to : from;
        }
    }

    /** Ids of the objects of {@code to} that stand in pairs with these of {@code from}. */
    public SqlStatement paired(Association association, Collection<?> owners) {
        if (!(association.storage() instanceof Association.InJoinTable pairs)) {
            throw new IllegalArgumentException(association.name() + " has no pairs");
        }
        return SqlStatement.of(
                "SELECT DISTINCT " + Quoting.identifier(pairs.toColumn()) + "::" + type(association.to()) + " FROM "
                        + Quoting.table(pairs.table()) + " WHERE " + Quoting.identifier(pairs.fromColumn()) + " = ANY("
                        + ids(1, association.from()) + ")",
                array(association.from(), owners));
    }

    /** Empties references to these objects of {@code to}. */
    public SqlStatement clearReferences(Association association, Association.InColumn storage, Collection<?> ids) {
        String column = Quoting.identifier(storage.column());
        return SqlStatement.of(
                "UPDATE " + table(association.from()) + " SET " + column + " = NULL WHERE " + column + " = ANY("
                        + ids(1, association.to()) + ")",
                array(association.to(), ids));
    }

    /** Removes all pairs in which these objects stand at the given end. */
    public SqlStatement removePairs(
            Association association, Association.InJoinTable pairs, Direction from, Collection<?> ids) {
        boolean owner = from == Direction.FORWARD;
        EntityName near = owner ? association.from() : association.to();
        return SqlStatement.of(
                "DELETE FROM " + Quoting.table(pairs.table()) + " WHERE "
                        + Quoting.identifier(owner ? pairs.fromColumn() : pairs.toColumn()) + " = ANY(" + ids(1, near)
                        + ")",
                array(near, ids));
    }

    /** Removes pairs of the object at this end: those with {@code targets}, or ({@code others}) all but those. */
    public SqlStatement removeTargets(
            OwnedEnd end, Association.InJoinTable pairs, Object id, Collection<?> targets, boolean others) {
        Pair pair = new Pair(end, pairs);
        return SqlStatement.of(
                "DELETE FROM " + Quoting.table(pairs.table()) + " WHERE " + pair.near() + " = "
                        + id(1, pair.nearEntity())
                        + " AND " + (others ? "NOT " : "") + "(" + pair.far() + " = ANY(" + ids(2, end.target())
                        + "))",
                id,
                array(end.target(), targets));
    }

    /** Adds pairs of the object at this end with those of {@code targets} that it has not; a set holds each once. */
    public SqlStatement addTargets(OwnedEnd end, Association.InJoinTable pairs, Object id, Collection<?> targets) {
        Pair pair = new Pair(end, pairs);
        String near = id(1, pair.nearEntity());
        return SqlStatement.of(
                "INSERT INTO " + Quoting.table(pairs.table()) + " (" + pair.near() + ", " + pair.far() + ") SELECT "
                        + near + ", t FROM (SELECT DISTINCT t FROM unnest(" + ids(2, end.target())
                        + ") AS t) AS wanted WHERE NOT EXISTS (SELECT FROM " + Quoting.table(pairs.table())
                        + " AS p WHERE p." + pair.near() + " = " + near + " AND p." + pair.far() + " = t)",
                id,
                array(end.target(), targets));
    }

    /** Near and far column of a join table, as seen from one end. */
    private record Pair(OwnedEnd end, Association.InJoinTable pairs) {
        private boolean forward() {
            return end.direction() == Direction.FORWARD;
        }

        String near() {
            return Quoting.identifier(forward() ? pairs.fromColumn() : pairs.toColumn());
        }

        String far() {
            return Quoting.identifier(forward() ? pairs.toColumn() : pairs.fromColumn());
        }

        EntityName nearEntity() {
            return forward() ? end.association().from() : end.association().to();
        }
    }

    /** The triggers by which a version column follows every change (store-protocol 23). */
    public List<VersionTrigger> versionTriggers(StoreName store) {
        return new VersionTriggers(model, store).all();
    }

    private String table(EntityName entity) {
        return Quoting.table(model.entity(entity).table());
    }

    private String idColumn(EntityName entity) {
        return Quoting.identifier(identity(entity).column());
    }

    private Identity identity(EntityName entity) {
        return model.entity(entity).identity();
    }

    private String type(EntityName entity) {
        return Quoting.type(identity(entity).type().valueType());
    }

    private String id(int place, EntityName entity) {
        return "$" + place + "::" + type(entity);
    }

    private String ids(int place, EntityName entity) {
        return id(place, entity) + "[]";
    }

    private Object array(EntityName entity, Collection<?> ids) {
        return identity(entity).type().valueType().array(ids);
    }
}
