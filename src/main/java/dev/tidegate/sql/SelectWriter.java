package dev.tidegate.sql;

import dev.tidegate.model.Association;
import dev.tidegate.model.Direction;
import dev.tidegate.model.EntityName;
import dev.tidegate.model.Model;
import dev.tidegate.model.OwnedEnd;
import dev.tidegate.model.ValueType;
import dev.tidegate.xpath.Condition;
import dev.tidegate.xpath.Member;
import dev.tidegate.xpath.SortKey;
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
        return new Statement(model, select).write();
    }

    /** One statement while it is being written. */
    private static final class Statement {
        private final Model model;
        private final Select select;
        private final Binds binds = new Binds();
        private final Aliases aliases = new Aliases();
        private final ConditionWriter conditions;
        private final Scope scope;

        Statement(Model model, Select select) {
            this.model = model;
            this.select = select;
            this.conditions = new ConditionWriter(model, binds, aliases);
            this.scope = new Scope(model, select.entity(), aliases);
        }

        SqlQuery write() {
            boolean counted = select.window() == Select.Window.COUNT;
            String columns = counted ? "count(*)" : columns();
            Condition where = conditions.simplify(select.where(), scope);
            String filter = where.isAlways() ? "" : "\nWHERE " + conditions.write(where, scope);
            String order = counted ? "" : "\nORDER BY " + order();
            String window = select.window() == Select.Window.PAGE
                    ? "\nLIMIT " + binds.place(new Bind.Limit()) + " OFFSET " + binds.place(new Bind.Offset())
                    : "";
            String text = "SELECT " + columns + "\nFROM " + scope.from() + filter + order + window;
            return new SqlQuery(text, binds.all());
        }

        private String columns() {
            List<String> columns = new ArrayList<>();
            select.outputs().forEach(output -> columns.add(column(output)));
            select.flags().forEach(flag -> columns.add(flag(flag)));
            return columns.isEmpty() ? "1" : String.join(", ", columns);
        }

        private String column(Select.Output output) {
            return switch (output) {
                case Select.Output.Id _ -> as(idType(select.entity()), scope.id());
                case Select.Output.OwnEntity _ ->
                    model.family(select.entity()).size() == 1
                            ? Quoting.literal(select.entity()) + "::text"
                            : as(ValueType.TEXT, scope.discriminator());
                case Select.Output.Version _ -> VersionExpression.of(model, select.entity(), scope::alias);
                case Select.Output.OfAttribute(var declared) ->
                    as(
                            declared.attribute().type().valueType(),
                            scope.column(
                                    declared.declaredIn(), declared.attribute().column()));
                case Select.Output.OfEnd(var end) -> end(end);
            };
        }

        private static String as(ValueType type, String expression) {
            return expression + "::" + Quoting.type(type);
        }

        private String flag(Condition flag) {
            Condition simple = conditions.simplify(flag, scope);
            return "(" + conditions.write(simple, scope) + ") IS TRUE";
        }

        private ValueType idType(EntityName entity) {
            return model.entity(entity).identity().type().valueType();
        }

        private String end(OwnedEnd end) {
            ValueType type = idType(end.target());
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

        private String order() {
            List<String> keys = new ArrayList<>();
            for (Select.Order order : select.order()) {
                keys.add(key(order));
            }
            keys.add(ConditionWriter.ordered(scope.id(), idType(select.entity())));
            return String.join(", ", keys);
        }

        /** PostgreSQL's own order of nulls is the one wanted: last ascending, first descending. */
        private String key(Select.Order order) {
            SortKey key = order.key();
            if (!key.path().isEmpty()) {
                throw new IllegalArgumentException("sorting over a path is refused before it comes here");
            }
            Condition where = conditions.simplify(order.where(), scope);
            String value = value(key.member());
            String shown = where.isAlways()
                    ? value
                    : "CASE WHEN " + conditions.write(where, scope) + " THEN " + value + " END";
            return ConditionWriter.ordered(shown, key.member().type()) + (key.descending() ? " DESC" : "");
        }

        private String value(Member member) {
            String column = scope.member(member);
            return member.type() == ValueType.BOOLEAN ? ConditionWriter.present(column) : column;
        }
    }
}
