package dev.tidegate.sql;

import dev.tidegate.model.EntityName;
import dev.tidegate.model.OwnedEnd;
import dev.tidegate.xpath.Condition;
import java.util.List;

/**
 * A set of objects of one own entity of which is asked what may have changed in it since a cursor.
 *
 * @param where what the objects are chosen by
 * @param conditions whatever decides which objects there are and what of them is seen
 * @param ends that the objects show
 * @param clock whether some condition reads the clock
 * @param told whether what became of the client's own operations counts ({@link Bind.Seen#RECEIPT})
 */
public record Delta(
        EntityName entity,
        Condition where,
        List<Condition> conditions,
        List<OwnedEnd> ends,
        boolean clock,
        boolean told) {
    public Delta {
        conditions = List.copyOf(conditions);
        ends = List.copyOf(ends);
    }
}
