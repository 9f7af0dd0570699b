package dev.tidegate.download;

import dev.tidegate.model.EntityName;
import dev.tidegate.model.StoreName;
import dev.tidegate.shape.ShownObject;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** One line of a download, as the contract has them. Ids are texts of their types. */
public sealed interface PullLine {

    /** The object as it is now for this caller. */
    record Put(ShownObject object) implements PullLine {}

    /** It is in the caller's set no more. */
    record Remove(EntityName entity, String id) implements PullLine {}

    /** None of the entity is to be kept. */
    record Clear(EntityName entity) implements PullLine {}

    /** Of this range of ids (inclusive, or open) no others are to be kept. */
    record Retain(EntityName entity, Optional<String> from, Optional<String> to, List<String> ids) implements PullLine {
        public Retain {
            ids = List.copyOf(ids);
        }
    }

    /** A store that cannot be asked; what the client has of its entities stays as it is. */
    record Unavailable(StoreName store, List<EntityName> entities, Duration retryAfter) implements PullLine {
        public Unavailable {
            entities = List.copyOf(entities);
        }
    }

    /** Where to go on from, together with what was sent before; with a receipt for a client that is through. */
    record Cursor(String cursor, boolean more, Optional<Receipt> receipt) implements PullLine {}

    /** The end of what has no place to go on from; with a receipt for the batch that came with the request. */
    record End(Optional<Receipt> receipt) implements PullLine {}
}
