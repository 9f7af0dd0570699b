package dev.tidegate.upload;

import java.util.ArrayList;
import java.util.List;

/**
 * All that one unit has to do with others: objects that it {@code writes}, named or not, those among them that it
 * {@code makes} or unmakes, and those that it {@code refers} to; and what its rights read of other objects, and what it
 * {@code alters} that others may read.
 */
record Footprint(
        List<ObjectKey> writes,
        List<ObjectKey> makes,
        List<ObjectKey> refers,
        List<Trace> consults,
        List<Trace> alters) {

    /** Something that rights may read of other objects. */
    record Trace(Kind kind, Object of) {
        enum Kind {
            /** A member of objects that were there before: a change of it by an update, or by a delete of what it refers to. */
            MEMBER,
            /** What refers to an object by an association: any change of that, also by a create or a delete. */
            REFERRERS,
            /** Any object of a hierarchy. */
            HIERARCHY
        }
    }

    static Footprint empty() {
        return new Footprint(
                new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    }
}
