package dev.tidegate.sql;

import dev.tidegate.model.EntityName;
import dev.tidegate.model.TableName;
import dev.tidegate.model.ValueType;

/** How names of the model are spelt in PostgreSQL. The only place where a name becomes part of a statement. */
final class Quoting {
    private Quoting() {}

    static String identifier(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }

    static String table(TableName table) {
        return table.schema().map(schema -> identifier(schema) + ".").orElse("") + identifier(table.name());
    }

    /** The text of a discriminator. A literal, not a bind: the planner knows how frequent it is. */
    static String literal(EntityName entity) {
        return "'" + entity.toString().replace("'", "''") + "'";
    }

    /** The SQL type that carries values of this type. */
    static String type(ValueType type) {
        return switch (type) {
            case TEXT -> "text";
            case INT32 -> "int4";
            case INT64 -> "int8";
            case DECIMAL -> "numeric";
            case BOOLEAN -> "bool";
            case DATETIME -> "timestamptz";
            case BINARY -> "bytea";
            case UUID -> "uuid";
        };
    }
}
