package dev.tidegate.model;

import java.util.Optional;
import java.util.Set;

/**
 * What callers with one of {@code roles} may do with objects whose own entity is {@code entity}: not those of its
 * specializations. Rules add up. {@code constraint} limits read, write and delete to matching objects; never create.
 */
public record AccessRule(
        EntityName entity,
        Set<RoleName> roles,
        boolean create,
        boolean delete,
        MemberSet read,
        MemberSet write,
        Optional<String> constraint) {

    public AccessRule {
        roles = Ordered.set(roles);
    }
}
