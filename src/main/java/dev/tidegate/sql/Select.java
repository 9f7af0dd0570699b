package dev.tidegate.sql;

import dev.tidegate.model.DeclaredAttribute;
import dev.tidegate.model.EntityName;
import dev.tidegate.model.OwnedEnd;
import dev.tidegate.xpath.Condition;
import dev.tidegate.xpath.SortKey;
import java.util.List;

/**
 * A decided read, ready to be written as SQL. The result has one column for each of {@code outputs}, in that order, then
 * one boolean column for each of {@code flags}. The id is always the last sort key.
 */
public record Select(
        EntityName entity,
        Condition where,
        List<Output> outputs,
        List<Condition> flags,
        List<Order> order,
        Window window) {

    public Select {
        outputs = List.copyOf(outputs);
        flags = List.copyOf(flags);
        order = List.copyOf(order);
    }

    /** One column of the result, as the SQL type of its {@link dev.tidegate.model.ValueType} (or an array of it). */
    public sealed interface Output {
        record Id() implements Output {}

        /** The text of the object's own entity's qualified name. */
        record OwnEntity() implements Output {}

        /** The object's version as text. */
        record Version() implements Output {}

        /** An attribute of the entity, its generalizations or its specializations; null in objects that have none. */
        record OfAttribute(DeclaredAttribute declared) implements Output {}

        /** The id at a single end, or an array of ids ordered by id. */
        record OfEnd(OwnedEnd end) implements Output {}
    }

    /** A sort key that counts as empty in objects that do not meet {@code where} (where it may not be read). */
    public record Order(SortKey key, Condition where) {}

    /** How much of the result is wanted. */
    public enum Window {
        /** All of it. */
        WHOLE,
        /** {@code LIMIT} and {@code OFFSET} as binds. */
        PAGE,
        /** Only the number of objects, as one bigint; {@code outputs}, {@code flags} and {@code order} are ignored. */
        COUNT
    }
}
