package dev.tidegate.policy;

import dev.tidegate.model.EntityName;
import java.util.List;
import java.util.Set;

/**
 * What a caller may see of objects whose own entity is {@code entity}: the union of {@code grants}, each where its
 * condition holds. {@code readOnly} are members that no right can make writable here (an autonumber, an online to offline
 * association), named as in {@link dev.tidegate.model.MemberSet}.
 */
public record EntityView(EntityName entity, List<Grant> grants, Set<String> readOnly) {
    public EntityView {
        grants = List.copyOf(grants);
        readOnly = Set.copyOf(readOnly);
    }
}
