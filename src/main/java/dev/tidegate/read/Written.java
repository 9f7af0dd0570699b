package dev.tidegate.read;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The object after it was written, as the same transaction sees it. */
public sealed interface Written {

    /** The id, of the entity's id type. */
    Object id();

    /** The row that shows the object to the caller. */
    record Shown(Object id, List<@Nullable Object> row) implements Written {}

    /** Nothing of it is shown to the caller but that it is there, in this version. */
    record Unseen(Object id, String version) implements Written {}

    record Gone(Object id) implements Written {}
}
