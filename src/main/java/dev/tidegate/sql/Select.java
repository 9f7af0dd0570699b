package dev.tidegate.sql;

import dev.tidegate.model.DeclaredAttribute;
import dev.tidegate.model.EntityName;
import dev.tidegate.model.OwnedEnd;
import dev.tidegate.xpath.Condition;
import dev.tidegate.xpath.Hop;
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

        /** A sort key as text, in the full precision of the store, so that a page can go on behind it. */
        record OfKey(int key) implements Output {}

        /** The number of all objects that meet {@code where}, whatever the window, as one bigint. */
        record Count() implements Output {}
    }

    /**
     * A sort key that counts as empty where it may not be read: where the object that the path has reached after so many
     * hops does not meet the condition of that number.
     */
    public record Order(SortKey key, List<Condition> where) {
        public Order {
            where = List.copyOf(where);
            if (where.size() != key.path().size() + 1) {
                throw new IllegalArgumentException("one condition for each object on the way");
            }
        }
    }

    /** How much of the result is wanted. */
    public sealed interface Window {
        Window WHOLE = new Whole();
        Window PAGE = new Page();
        Window COUNT = new Count();
        Window OF_IDS = new OfIds();

        /** All of it. */
        record Whole() implements Window {}

        /** {@code LIMIT} and {@code OFFSET} as binds. */
        record Page() implements Window {}

        /**
         * What comes behind an object whose id and keys are bound ({@link Bind.LastId}, {@link Bind.LastKey}), with
         * {@code LIMIT}; {@code filled} says of each key whether it has a value there.
         */
        record After(List<Boolean> filled) implements Window {
            public After {
                filled = List.copyOf(filled);
            }
        }

        /** Only the number of objects, as one bigint; {@code outputs}, {@code flags} and {@code order} are ignored. */
        record Count() implements Window {}

        /** Those with the ids that are bound ({@link Bind.Ids}). */
        record OfIds() implements Window {}

        /**
         * Those at the end of the hop from each of the objects whose ids are bound ({@link Bind.Ids}), {@code LIMIT} from
         * one, {@link Bind.Most} in all. The last column, behind the flags, is the id of the object that the hop began at.
         */
        record Related(Hop hop) implements Window {}
    }
}
