package dev.tidegate.read;

import dev.tidegate.model.EntityName;
import dev.tidegate.model.StoreName;
import dev.tidegate.shape.RowLayout;
import dev.tidegate.sql.SqlQuery;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A decided query, ready to run for any caller with the roles that it was decided for: only values are missing.
 * {@code parameters} are the names that the constraint uses, {@code comparisons} each place where one is compared. {@code keys} are the columns of the sort
 * keys' texts, {@code countColumn} that of the number of all objects, where they were asked for.
 */
record ReadPlan(
        EntityName entity,
        StoreName store,
        Set<String> parameters,
        List<Comparison> comparisons,
        SqlQuery objects,
        SqlQuery count,
        RowLayout layout,
        List<Integer> keys,
        OptionalInt countColumn,
        List<ExpansionPlan> expansions) {

    /** The sort keys of the object in a row, as text. */
    List<@Nullable String> keysOf(@Nullable Object[] row) {
        List<@Nullable String> texts = new ArrayList<>();
        keys.forEach(key -> texts.add((String) row[key]));
        return texts;
    }

    /** The characters of all statements together. */
    int length() {
        int length = objects.text().length() + count.text().length();
        for (ExpansionPlan expansion : expansions) {
            length += expansion.length();
        }
        return length;
    }
}
