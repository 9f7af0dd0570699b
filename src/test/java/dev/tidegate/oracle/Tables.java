package dev.tidegate.oracle;

import dev.tidegate.model.Association;
import dev.tidegate.model.AttributeType;
import dev.tidegate.model.DeclaredAttribute;
import dev.tidegate.model.Entity;
import dev.tidegate.model.EntityName;
import dev.tidegate.model.IdType;
import dev.tidegate.model.Model;
import dev.tidegate.model.TableName;
import dev.tidegate.testing.TestDatabase;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Puts a world into PostgreSQL: a schema of its own, tables as {@code src/docs/model.md} has them, and rows. */
final class Tables {
    private static final DateTimeFormatter SINCE_YEAR_ONE = DateTimeFormatter.ofPattern(
                    "uuuu-MM-dd HH:mm:ss.SSSSSS'+00'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter BEFORE = DateTimeFormatter.ofPattern(
                    "yyyy-MM-dd HH:mm:ss.SSSSSS'+00 BC'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);
    private static final Instant YEAR_ONE = Instant.parse("0001-01-01T00:00:00Z");

    private final World world;
    private final Model model;
    private final Connection connection;

    private Tables(World world, Connection connection) {
        this.world = world;
        this.model = world.model();
        this.connection = connection;
    }

    static void create(World world, String schema, TestDatabase database) {
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("CREATE SCHEMA " + schema);
            Tables tables = new Tables(world, connection);
            for (Entity entity : world.model().entities().values()) {
                tables.create(entity, statement);
            }
            for (Association association : world.model().associations().values()) {
                tables.create(association, statement);
            }
            connection.commit();
        } catch (SQLException broken) {
            throw new IllegalStateException(broken);
        }
    }

    private void create(Entity entity, Statement statement) throws SQLException {
        Map<String, String> columns = new LinkedHashMap<>();
        columns.put(entity.identity().column(), type(entity.identity().type()));
        boolean root = entity.generalization().isEmpty();
        if (root) {
            entity.version().ifPresent(column -> columns.put(column, "bigint"));
            entity.discriminator().ifPresent(column -> columns.put(column, "text"));
        }
        entity.attributes().values().forEach(attribute -> columns.put(attribute.column(), type(attribute.type())));
        for (Association association : model.associations().values()) {
            if (association.from().equals(entity.name())
                    && association.storage() instanceof Association.InColumn(var column)) {
                columns.put(column, type(idType(association.to())));
            }
        }
        List<String> declared = new ArrayList<>();
        columns.forEach((name, type) -> declared.add(quoted(name) + " " + type));
        statement.execute("CREATE TABLE " + table(entity.table()) + " (" + String.join(", ", declared)
                + ", PRIMARY KEY (" + quoted(entity.identity().column()) + "))");
        List<List<@Nullable String>> rows = world.in(entity.name()).stream()
                .map(thing -> row(entity, thing))
                .toList();
        insert(entity.table(), columns, rows);
    }

    private List<@Nullable String> row(Entity entity, Thing thing) {
        List<@Nullable String> row = new ArrayList<>();
        row.add(text(thing.id()));
        if (entity.generalization().isEmpty()) {
            entity.version().ifPresent(_ -> row.add("1"));
            entity.discriminator().ifPresent(_ -> row.add(thing.discriminator()));
        }
        entity.attributes()
                .values()
                .forEach(attribute ->
                        row.add(text(thing.values().get(new DeclaredAttribute(entity.name(), attribute)))));
        for (Association association : model.associations().values()) {
            if (association.from().equals(entity.name()) && association.storage() instanceof Association.InColumn) {
                row.add(text(thing.references().get(association.name())));
            }
        }
        return row;
    }

    private void create(Association association, Statement statement) throws SQLException {
        if (association.storage() instanceof Association.InJoinTable(var table, var from, var to)) {
            Map<String, String> columns = new LinkedHashMap<>();
            columns.put(from, type(idType(association.from())));
            columns.put(to, type(idType(association.to())));
            statement.execute("CREATE TABLE " + table(table) + " (" + quoted(from) + " " + columns.get(from) + ", "
                    + quoted(to) + " " + columns.get(to) + ", PRIMARY KEY (" + quoted(from) + ", " + quoted(to) + "))");
            List<List<@Nullable String>> rows = new ArrayList<>();
            world.pairs(association.name())
                    .forEach(pair -> rows.add(List.of(text(pair.from()) + "", text(pair.to()) + "")));
            insert(table, columns, rows);
        }
    }

    private void insert(TableName table, Map<String, String> columns, List<List<@Nullable String>> rows)
            throws SQLException {
        List<String> places = new ArrayList<>();
        columns.values().forEach(type -> places.add("?::text::" + type));
        String into = "INSERT INTO " + table(table) + " ("
                + String.join(
                        ", ", columns.keySet().stream().map(Tables::quoted).toList()) + ") VALUES ";
        String row = "(" + String.join(", ", places) + ")";
        if (rows.isEmpty()) {
            return;
        }
        try (PreparedStatement insert =
                connection.prepareStatement(into + String.join(", ", Collections.nCopies(rows.size(), row)))) {
            int at = 1;
            for (List<@Nullable String> values : rows) {
                for (String value : values) {
                    insert.setString(at++, value);
                }
            }
            insert.executeUpdate();
        }
    }

    private IdType idType(EntityName entity) {
        return model.entity(entity).identity().type();
    }

    static String type(IdType type) {
        return switch (type) {
            case UUID -> "uuid";
            case LONG -> "bigint";
            case STRING -> "text";
        };
    }

    static String type(AttributeType type) {
        return switch (type) {
            case STRING, ENUM, HASHED_STRING -> "text";
            case INTEGER -> "integer";
            case LONG, AUTONUMBER -> "bigint";
            case DECIMAL -> "numeric";
            case BOOLEAN -> "boolean";
            case DATETIME -> "timestamptz";
            case BINARY -> "bytea";
        };
    }

    static @Nullable String text(@Nullable Object value) {
        return switch (value) {
            case null -> null;
            case Instant instant -> (instant.isBefore(YEAR_ONE) ? BEFORE : SINCE_YEAR_ONE).format(instant);
            case BigDecimal number -> number.toPlainString();
            case byte[] bytes -> "\\x" + HexFormat.of().formatHex(bytes);
            case Object other -> other.toString();
        };
    }

    static String table(TableName table) {
        return table.schema().map(schema -> quoted(schema) + ".").orElse("") + quoted(table.name());
    }

    static String quoted(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }
}
