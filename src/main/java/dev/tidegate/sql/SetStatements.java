package dev.tidegate.sql;

import dev.tidegate.model.EntityName;
import dev.tidegate.model.Identity;
import dev.tidegate.model.Model;
import dev.tidegate.model.ValueType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Writes the statements by which many objects of one entity are created or changed at once, from arrays. An id must occur once
 * only: of two rows for one object PostgreSQL would take any (store-protocol 4).
 */
public final class SetStatements {
    private final Model model;

    public SetStatements(Model model) {
        this.model = model;
    }

    /** A column that all rows of a statement write. */
    public record Column(String name, ValueType type) {}

    /** What one object gets in those columns, in their order. */
    public record Line(Object id, List<@Nullable Object> values) {
        public Line {
            values = Collections.unmodifiableList(new ArrayList<>(values));
        }
    }

    /** The rows of one entity of the lineage of {@code own}; the root's carry the discriminator. */
    public SqlStatement insert(EntityName table, EntityName own, List<Column> columns, List<Line> lines) {
        List<String> targets = new ArrayList<>(List.of(idColumn(table)));
        List<String> sources = new ArrayList<>(List.of("u.id"));
        discriminator(table, own).ifPresent(column -> {
            targets.add(Quoting.identifier(column));
            sources.add(Quoting.literal(own));
        });
        for (int i = 0; i < columns.size(); i++) {
            targets.add(Quoting.identifier(columns.get(i).name()));
            sources.add("u.c" + i);
        }
        return new SqlStatement(
                "INSERT INTO " + table(table) + " (" + String.join(", ", targets) + ") SELECT "
                        + String.join(", ", sources) + " FROM " + unnested(table, columns),
                values(table, columns, lines));
    }

    private Optional<String> discriminator(EntityName table, EntityName own) {
        return table.equals(model.root(own)) ? model.entity(table).discriminator() : Optional.empty();
    }

    public SqlStatement update(EntityName table, List<Column> columns, List<Line> lines) {
        String sets = IntStream.range(0, columns.size())
                .mapToObj(i -> Quoting.identifier(columns.get(i).name()) + " = u.c" + i)
                .collect(Collectors.joining(", "));
        return new SqlStatement(
                "UPDATE " + table(table) + " AS t SET " + sets + " FROM " + unnested(table, columns) + " WHERE t."
                        + idColumn(table) + " = u.id",
                values(table, columns, lines));
    }

    private String unnested(EntityName table, List<Column> columns) {
        List<String> arrays = new ArrayList<>(List.of("$1::" + Quoting.type(model.idType(table)) + "[]"));
        List<String> names = new ArrayList<>(List.of("id"));
        for (int i = 0; i < columns.size(); i++) {
            arrays.add("$" + (i + 2) + "::" + Quoting.type(columns.get(i).type()) + "[]");
            names.add("c" + i);
        }
        return "unnest(" + String.join(", ", arrays) + ") AS u(" + String.join(", ", names) + ")";
    }

    private List<@Nullable Object> values(EntityName table, List<Column> columns, List<Line> lines) {
        List<@Nullable Object> arrays = new ArrayList<>();
        arrays.add(model.idType(table).array(lines.stream().map(Line::id).toList()));
        for (int i = 0; i < columns.size(); i++) {
            int column = i;
            List<@Nullable Object> values = new ArrayList<>();
            lines.forEach(line -> values.add(line.values().get(column)));
            arrays.add(columns.get(i).type().array(values));
        }
        return arrays;
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
}
