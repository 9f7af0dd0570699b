package dev.tidegate.model;

import java.util.List;
import java.util.Optional;

/**
 * One change of one object, with every name resolved and every value typed. {@code entity} is the object's own entity;
 * {@code id} is of the type of its {@link Identity}. {@code baseVersion} is the version that the change was made upon.
 */
public sealed interface Change {

    EntityName entity();

    Object id();

    record Create(EntityName entity, Object id, List<MemberValue> members) implements Change {
        public Create {
            members = List.copyOf(members);
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
