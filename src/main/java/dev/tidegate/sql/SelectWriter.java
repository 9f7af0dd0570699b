package dev.tidegate.sql;

import dev.tidegate.model.Association;
import dev.tidegate.model.DeclaredAttribute;
import dev.tidegate.model.Direction;
import dev.tidegate.model.EntityName;
import dev.tidegate.model.Model;
import dev.tidegate.model.OwnedEnd;
import dev.tidegate.model.ValueType;
import dev.tidegate.xpath.Condition;
import dev.tidegate.xpath.Hop;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes a decided read as one statement for PostgreSQL. Names come from the model and are quoted, values are binds with
 * an explicit type; a statement depends on nothing else, so it can be kept and prepared. The session's time zone must be
 * UTC: a column without a zone is read and compared as UTC.
 */
public final class SelectWriter {
    private final Model model;

    public SelectWriter(Model model) {
        this.model = model;
    }

    public SqlQuery write(Select select) {
        return new Statement(model, select.entity()).write(select);
    }

    /** A function over all objects that meet the condition: one row with one column, of the function's type. */
    public SqlQuery write(Aggregate aggregate) {
        return new Statement(model, aggregate.entity()).write(aggregate);
    }

    /** One statement while it is being written. */
    private static final class Statement {
        private final Model model;
        private final EntityName entity;
        private final Binds binds = new Binds();
        private final Aliases aliases = new Aliases();
        private final ConditionWriter conditions;
        private final Scope scope;
        private final SortWriter sort;

        Statement(Model model, EntityName entity) {
            this.model = model;
            this.entity = entity;
            this.conditions = new ConditionWriter(model, binds, aliases);
            this.scope = new Scope(model, entity, aliases);
            this.sort = new SortWriter(model, conditions, binds, aliases, scope);
        }

        SqlQuery write(Select select) {
            if (!(select.window() instanceof Select.Window.Count)) {
                sort.keys(select.order());
            }
            String text = switch (select.window()) {
                case Select.Window.Whole _ -> objects(select, List.of(), "");
                case Select.Window.Page _ ->
                    objects(
                            select,
                            List.of(),
                            "\nLIMIT " + binds.place(new Bind.Limit()) + " OFFSET " + binds.place(new Bind.Offset()));
                case Select.Window.After(var filled) ->
                    objects(select, List.of(sort.behind(filled)), "\nLIMIT " + binds.place(new Bind.Limit()));
                case Select.Window.Count _ -> count(select.where(), scope);
                case Select.Window.OfIds _ ->
                    objects(
                            select,
                            List.of(scope.id() + " = ANY(" + binds.place(new Bind.Ids(model.idType(entity))) + ")"),
                            "");
                case Select.Window.Related(var hop) -> related(select, hop);
            };
            return new SqlQuery(text, binds.all(), PointReads.isOne(select));
        }

        SqlQuery write(Aggregate aggregate) {
            String function = new AggregateText(scope).of(aggregate);
            return new SqlQuery("SELECT " + function + filtered(aggregate.where(), scope, List.of()), binds.all());
        }

        private String objects(Select select, List<String> more, String window) {
            String columns = columns(select);
            String filter = filter(select.where(), scope, more);
            return "SELECT " + columns + "\nFROM " + scope.from() + filter + "\nORDER BY " + sort.order() + window;
        }

        private String related(Select select, Hop hop) {
            String near = aliases.next();
            String link = Link.toId(near + ".id", scope, hop, aliases);
            String found = objects(select, List.of(link), "\nLIMIT " + binds.place(new Bind.Limit()));
            String far = aliases.next();
            return "SELECT " + far + ".*, " + near + ".id\nFROM unnest("
                    + binds.place(new Bind.Ids(model.idType(hop.from()))) + ") " + near
                    + "(id) CROSS JOIN LATERAL (" + found + ") " + far + "\nLIMIT " + binds.place(new Bind.Most());
        }

        private String count(Condition where, Scope counted) {
            return "SELECT count(*)" + filtered(where, counted, List.of());
        }

        private String filtered(Condition where, Scope of, List<String> more) {
            String filter = filter(where, of, more);
            return "\nFROM " + of.from() + filter;
        }

        private String filter(Condition where, Scope of, List<String> more) {
            Condition simple = conditions.simplify(where, of);
            List<String> parts = new ArrayList<>(more);
            if (!simple.isAlways()) {
                String text = conditions.write(simple, of);
                parts.add(more.isEmpty() ? text : "(" + text + ")");
            }
            return parts.isEmpty() ? "" : "\nWHERE " + String.join(" AND ", parts);
        }

        private String columns(Select select) {
            List<String> columns = new ArrayList<>();
            select.outputs().forEach(output -> columns.add(column(output, select)));
            select.flags().forEach(flag -> columns.add(flag(flag)));
            return columns.isEmpty() ? "1" : String.join(", ", columns);
        }

        private String column(Select.Output output, Select select) {
            return switch (output) {
                case Select.Output.Id _ -> as(model.idType(entity), scope.id());
                case Select.Output.OwnEntity _ ->
                    model.family(entity).size() == 1
                            ? Quoting.literal(entity) + "::text"
                            : as(ValueType.TEXT, scope.discriminator());
                case Select.Output.Version _ -> VersionExpression.of(model, entity, scope::alias);
                case Select.Output.OfAttribute(var declared) -> attribute(declared);
                case Select.Output.OfEnd(var end) -> end(end);
                case Select.Output.OfKey(int key) -> sort.text(key);
                case Select.Output.Count _ -> "(" + count(select.where(), new Scope(model, entity, aliases)) + ")";
            };
        }

        private String attribute(DeclaredAttribute declared) {
            ValueType type = declared.attribute().type().valueType();
            String column =
                    scope.column(declared.declaredIn(), declared.attribute().column());
            return type == ValueType.DECIMAL ? as(type, "(" + ConditionWriter.finite(column) + ")") : as(type, column);
        }

        private static String as(ValueType type, String expression) {
            return expression + "::" + Quoting.type(type);
        }

        private String flag(Condition flag) {
            Condition simple = conditions.simplify(flag, scope);
            return "(" + conditions.write(simple, scope) + ") IS TRUE";
        }

        private String end(OwnedEnd end) {
            ValueType type = model.idType(end.target());
            return switch (end.association().storage()) {
                case Association.InColumn(var column) ->
                    end.direction() == Direction.FORWARD
                            ? as(type, scope.column(end.association().from(), column))
                            : backEnd(end, type, column);
                case Association.InJoinTable pairs -> pairs(end, type, pairs);
            };
        }

        /** The object that refers here, or all of them, from the other side's column. */
        private String backEnd(OwnedEnd end, ValueType type, String column) {
            Scope far = new Scope(model, end.association().from(), aliases);
            String found = "SELECT " + as(type, far.id()) + " FROM " + far.from() + " WHERE "
                    + far.column(end.association().from(), column) + " = " + scope.id() + " ORDER BY "
                    + ConditionWriter.ordered(far.id(), type);
            return end.isSet() ? "ARRAY(" + found + ")" : "(" + found + " LIMIT 1)";
        }

        private String pairs(OwnedEnd end, ValueType type, Association.InJoinTable pairs) {
            boolean forward = end.direction() == Direction.FORWARD;
            String alias = aliases.next();
            String near = alias + "." + Quoting.identifier(forward ? pairs.fromColumn() : pairs.toColumn());
            String far = alias + "." + Quoting.identifier(forward ? pairs.toColumn() : pairs.fromColumn());
            String found = "SELECT " + as(type, far) + " FROM " + Quoting.table(pairs.table()) + " " + alias + " WHERE "
                    + near + " = " + scope.id() + " ORDER BY " + ConditionWriter.ordered(far, type);
            return end.isSet() ? "ARRAY(" + found + ")" : "(" + found + " LIMIT 1)";
        }
    }
}
