package dev.tidegate.read;

import dev.tidegate.model.ValueType;
import dev.tidegate.shape.RowLayout;
import dev.tidegate.sql.SqlQuery;
import dev.tidegate.xpath.Hop;
import java.util.List;

/**
 * How what a hop leads to is read for many objects at once: by its own ids where the objects hold them, else by the ids of
 * the objects. {@code idType} is that of the ids that are bound.
 */
record ExpansionPlan(Hop hop, ValueType idType, SqlQuery objects, RowLayout layout, List<ExpansionPlan> expansions) {

    int length() {
        int length = objects.text().length();
        for (ExpansionPlan expansion : expansions) {
            length += expansion.length();
        }
        return length;
    }
}
