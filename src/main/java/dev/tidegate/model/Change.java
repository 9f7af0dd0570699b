package dev.tidegate.model;

import java.util.List;
import java.util.Optional;

/**
 * One change of one object, with every name resolved and every value typed. {@code entity} is the object's own entity;
 * {@code baseVersion} is the version that the change was made upon.
 */
public sealed interface Change {

    EntityName entity();

    /** Of the type of the {@link Identity}, or a {@link DrawnId} in a create. */
    Object id();

    /** What the change writes; nothing for a delete. */
    static List<MemberValue> members(Change change) {
        return switch (change) {
            case Create create -> create.members();
            case Update update -> update.members();
            case Delete _ -> List.of();
        };
    }

    record Create(EntityName entity, Object id, List<MemberValue> members) implements Change {
        public Create {
            members = List.copyOf(members);
        }

        public Create as(Object id) {
            return new Create(entity, id, members);
        }
    }

    record Update(EntityName entity, Object id, Optional<String> baseVersion, List<MemberValue> members)
            implements Change {
        public Update {
            members = List.copyOf(members);
        }
    }

    record Delete(EntityName entity, Object id, Optional<String> baseVersion) implements Change {}
}
