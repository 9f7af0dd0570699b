package dev.tidegate.oracle;

import dev.tidegate.model.Association;
import dev.tidegate.model.AssociationName;
import dev.tidegate.model.Attribute;
import dev.tidegate.model.AttributeType;
import dev.tidegate.model.DeclaredAttribute;
import dev.tidegate.model.Entity;
import dev.tidegate.model.EntityName;
import dev.tidegate.model.IdType;
import dev.tidegate.model.Model;
import dev.tidegate.sql.SqlStatement;
import io.vertx.core.json.JsonArray;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads whatever stands in the tables of a model, row by row and without a condition, back into a world. */
final class RawTables {
    private static final int ID = 0;
    private static final int XMIN = 1;
    private static final int VERSION = 2;
    private static final int DISCRIMINATOR = 3;
    private static final int MEMBERS = 4;

    private final Model model;
    private final List<Entity> entities;
    private final List<Association> pairs;
    private final SqlStatement statement;

    /** A world, and by root and id what each object's version is. */
    record Moment(World world, Map<EntityName, Map<Object, String>> versions) {
        String version(EntityName root, Object id) {
            return Objects.requireNonNull(
                    Objects.requireNonNull(versions.get(root)).get(id));
        }
    }

    RawTables(Model model) {
        this.model = model;
        this.entities = List.copyOf(model.entities().values());
        this.pairs = model.associations().values().stream()
                .filter(association -> association.storage() instanceof Association.InJoinTable)
                .toList();
        this.statement = new SqlStatement(text(), List.of());
    }

    /** Of rows with the number of a table, and its columns as an array of texts in JSON. */
    SqlStatement statement() {
        return statement;
    }

    private String text() {
        List<String> selects = new ArrayList<>();
        for (Entity entity : entities) {
            selects.add(select(selects.size(), columns(entity), Tables.table(entity.table())));
        }
        for (Association association : pairs) {
            if (association.storage() instanceof Association.InJoinTable(var table, var from, var to)) {
                selects.add(select(
                        selects.size(),
                        List.of(Tables.quoted(from) + "::text", Tables.quoted(to) + "::text"),
                        Tables.table(table)));
            }
        }
        return String.join(" UNION ALL ", selects);
    }

    private static String select(int number, List<String> columns, String table) {
        return "SELECT " + number + "::int4, json_build_array(" + String.join(", ", columns) + ")::text FROM " + table;
    }

    private List<String> columns(Entity entity) {
        boolean root = entity.generalization().isEmpty();
        List<String> columns = new ArrayList<>(List.of(
                Tables.quoted(entity.identity().column()) + "::text",
                "xmin::text",
                entity.version()
                        .filter(_ -> root)
                        .map(column -> Tables.quoted(column) + "::text")
                        .orElse("NULL"),
                entity.discriminator().filter(_ -> root).map(Tables::quoted).orElse("NULL")));
        entity.attributes().values().forEach(attribute -> columns.add(column(attribute)));
        references(entity)
                .forEach(association ->
                        columns.add(Tables.quoted(((Association.InColumn) association.storage()).column()) + "::text"));
        return columns;
    }

    private static String column(Attribute attribute) {
        String column = Tables.quoted(attribute.column());
        return attribute.type() == AttributeType.DATETIME
                ? "(extract(epoch FROM " + column + ") * 1000000)::int8::text"
                : column + "::text";
    }

    private List<Association> references(Entity entity) {
        return model.associations().values().stream()
                .filter(association -> association.from().equals(entity.name()))
                .filter(association -> association.storage() instanceof Association.InColumn)
                .toList();
    }

    /** By table the rows as they were read. */
    Moment moment(List<@Nullable Object[]> rows, List<World.Rule> rules, Instant now) {
        List<List<JsonArray>> tables = new ArrayList<>();
        for (int i = 0; i < entities.size() + pairs.size(); i++) {
            tables.add(new ArrayList<>());
        }
        for (@Nullable Object[] row : rows) {
            tables.get((Integer) Objects.requireNonNull(row[0])).add(new JsonArray(String.valueOf(row[1])));
        }
        Map<EntityName, Map<Object, JsonArray>> byId = new HashMap<>();
        for (int i = 0; i < entities.size(); i++) {
            Entity entity = entities.get(i);
            Map<Object, JsonArray> all = new LinkedHashMap<>();
            tables.get(i).forEach(row -> all.put(id(entity.name(), row.getString(ID)), row));
            byId.put(entity.name(), all);
        }
        List<Thing> things = new ArrayList<>();
        Map<EntityName, Map<Object, String>> versions = new HashMap<>();
        for (Entity entity : entities) {
            if (entity.generalization().isEmpty()) {
                things(entity, byId, things, versions);
            }
        }
        Map<AssociationName, List<World.Pair>> joined = new HashMap<>();
        for (int i = 0; i < pairs.size(); i++) {
            Association association = pairs.get(i);
            joined.put(
                    association.name(),
                    tables.get(entities.size() + i).stream()
                            .map(row -> new World.Pair(
                                    id(association.from(), row.getString(0)), id(association.to(), row.getString(1))))
                            .toList());
        }
        return new Moment(new World(model, now, rules, things, joined), versions);
    }

    private void things(
            Entity root,
            Map<EntityName, Map<Object, JsonArray>> byId,
            List<Thing> things,
            Map<EntityName, Map<Object, String>> versions) {
        Map<Object, JsonArray> heads = Objects.requireNonNull(byId.get(root.name()));
        List<EntityName> family = model.family(root.name());
        family.forEach(entity -> {
            if (!heads.keySet()
                    .containsAll(Objects.requireNonNull(byId.get(entity)).keySet())) {
                throw new IllegalStateException("the writers have left half an object of " + entity);
            }
        });
        Map<Object, String> of = versions.computeIfAbsent(root.name(), _ -> new HashMap<>());
        heads.forEach((id, head) -> {
            List<EntityName> tables = family.stream()
                    .filter(entity -> Objects.requireNonNull(byId.get(entity)).containsKey(id))
                    .toList();
            Thing thing = thing(head.getString(DISCRIMINATOR), tables, id);
            for (EntityName table : tables) {
                fill(
                        thing,
                        model.entity(table),
                        Objects.requireNonNull(
                                Objects.requireNonNull(byId.get(table)).get(id)));
            }
            things.add(thing);
            of.put(
                    id,
                    root.version().isPresent()
                            ? head.getString(VERSION)
                            : tables.stream()
                                    .map(table -> Objects.requireNonNull(Objects.requireNonNull(byId.get(table))
                                                    .get(id))
                                            .getString(XMIN))
                                    .collect(Collectors.joining(".")));
        });
    }

    private Thing thing(@Nullable String discriminator, List<EntityName> tables, Object id) {
        Optional<EntityName> own = model.entities().keySet().stream()
                .filter(entity -> entity.toString().equals(discriminator))
                .findFirst();
        return own.map(entity -> Thing.of(entity, tables, id))
                .orElseGet(() -> Thing.stranger(discriminator, tables, id));
    }

    private void fill(Thing thing, Entity entity, JsonArray row) {
        int at = MEMBERS;
        for (Attribute attribute : entity.attributes().values()) {
            String text = row.getString(at++);
            if (text != null) {
                thing.values().put(new DeclaredAttribute(entity.name(), attribute), value(attribute.type(), text));
            }
        }
        for (Association association : references(entity)) {
            String text = row.getString(at++);
            if (text != null) {
                thing.references().put(association.name(), id(association.to(), text));
            }
        }
    }

    private Object id(EntityName entity, String text) {
        IdType type = model.entity(entity).identity().type();
        return switch (type) {
            case UUID -> UUID.fromString(text);
            case LONG -> Long.valueOf(text);
            case STRING -> text;
        };
    }

    private static Object value(AttributeType type, String text) {
        return switch (type) {
            case STRING, ENUM, HASHED_STRING -> text;
            case INTEGER -> Integer.valueOf(text);
            case LONG, AUTONUMBER -> Long.valueOf(text);
            case DECIMAL -> new BigDecimal(text);
            case BOOLEAN -> Boolean.valueOf(text);
            case DATETIME -> Instant.EPOCH.plus(Long.parseLong(text), ChronoUnit.MICROS);
            case BINARY -> HexFormat.of().parseHex(text.substring(2));
        };
    }
}
