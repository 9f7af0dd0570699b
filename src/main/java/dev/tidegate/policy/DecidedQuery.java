package dev.tidegate.policy;

import dev.tidegate.model.EntityName;
import dev.tidegate.xpath.Condition;
import dev.tidegate.xpath.SortKey;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A query that may run. {@code where} already holds the caller's access rules: on the object itself, on every member that
 * a condition names and on every object that a step arrives at. {@code views} has one entry for each own entity that may
 * come back. {@code attributes} empty means all that are readable. It does not depend on the caller beyond the roles.
 */
public record DecidedQuery(
        EntityName entity,
        Condition where,
        Set<String> parameters,
        List<EntityView> views,
        Optional<Set<String>> attributes,
        List<SortKey> sort) {
    public DecidedQuery {
        parameters = Set.copyOf(parameters);
        views = List.copyOf(views);
        attributes = attributes.map(Set::copyOf);
        sort = List.copyOf(sort);
    }
}
