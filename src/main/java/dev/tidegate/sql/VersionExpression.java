package dev.tidegate.sql;

import dev.tidegate.model.Entity;
import dev.tidegate.model.EntityName;
import dev.tidegate.model.Model;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * An object's version as SQL text ({@code store-protocol} 23): the version column of the root where the model names one,
 * else the {@code xmin} of every row that the object consists of, the root's first, joined by a dot. It is the same text
 * whether the object is reached through its own entity or through a generalization.
 */
public final class VersionExpression {
    private VersionExpression() {}

    /**
     * The expression for objects of an entity.
     *
     * @param aliasOf the alias of an entity's table in the statement; asked for every table that the version needs, which
     *     are those of the lineage and (outer-joined, so null where the object is none) of the specializations
     */
    public static String of(Model model, EntityName entity, Function<EntityName, String> aliasOf) {
        Entity root = model.entity(model.root(entity));
        return root.version()
                .map(column -> aliasOf.apply(root.name()) + "." + Quoting.identifier(column) + "::text")
                .orElseGet(() -> ofRows(tables(model, entity), aliasOf));
    }

    private static String ofRows(List<EntityName> tables, Function<EntityName, String> aliasOf) {
        if (tables.size() == 1) {
            return aliasOf.apply(tables.getFirst()) + ".xmin::text";
        }
        return tables.stream()
                .map(table -> aliasOf.apply(table) + ".xmin::text")
                .collect(Collectors.joining(", ", "concat_ws('.', ", ")"));
    }

    /** The tables whose rows make up objects of the entity's family, generalizations before specializations. */
    private static List<EntityName> tables(Model model, EntityName entity) {
        return Stream.concat(model.lineage(entity).stream(), model.family(entity).stream())
                .distinct()
                .sorted(Comparator.comparingInt(name -> model.lineage(name).size()))
                .toList();
    }
}
