package dev.tidegate.store;

import dev.tidegate.model.AssociationName;
import dev.tidegate.upload.Differences;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** One row of a change log, as it concerns one object. */
sealed interface LogRow {
    /** In the order in which the object changed. */
    long seq();

    /** The subtransaction that wrote it, as {@code xmin} of the changed row says it. */
    String writer();

    Differences differences();

    /**
     * The object's row in one of its tables.
     *
     * @param source {@link dev.tidegate.sql.LoggedTable#source()} of that table
     * @param anew whether it came or went
     * @param before and {@code after}: versions in the root's version column
     */
    record OfObject(
            long seq,
            String writer,
            String source,
            boolean anew,
            Set<String> changed,
            Optional<String> before,
            Optional<String> after)
            implements LogRow {
        @Override
        public Differences differences() {
            return new Differences(changed, Map.of());
        }
    }

    /** An element that came into one of its sets, or left it. */
    record OfPair(long seq, String writer, AssociationName set, Object element) implements LogRow {
        @Override
        public Differences differences() {
            return Differences.ofElement(set, element);
        }
    }
}
