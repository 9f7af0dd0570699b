package dev.tidegate.policy;

import dev.tidegate.model.EntityName;
import dev.tidegate.xpath.Condition;
import dev.tidegate.xpath.Hop;
import dev.tidegate.xpath.SortKey;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A query that may run. {@code where} already holds the caller's access rules: on the object itself, on every member that
 * a condition names and on every object that a step arrives at. {@code views} has one entry for each own entity that may
 * come back. {@code attributes} empty means all that are readable; {@code expand} has each hop once. It does not depend on the caller beyond the roles.
 */
public record DecidedQuery(
        EntityName entity,
        Condition where,
        Set<String> parameters,
        List<EntityView> views,
        Optional<Set<String>> attributes,
        List<ReadableKey> sort,
        List<Expansion> expand) {
    public DecidedQuery {
        parameters = Set.copyOf(parameters);
        views = List.copyOf(views);
        attributes = attributes.map(Set::copyOf);
        sort = List.copyOf(sort);
        expand = List.copyOf(expand);
    }

    /** A sort key, and when it may be read: a condition on each object on its way, the one at hand first. Else it is empty. */
    public record ReadableKey(SortKey key, List<Condition> where) {
        public ReadableKey {
            where = List.copyOf(where);
        }
    }

    /**
     * The objects at the end of a hop, as they are shown within those that it begins at. Where the association belongs to
     * the latter ({@link Hop#isOwnedHere}), its being readable there is up to their own views.
     */
    public record Expansion(Hop hop, DecidedQuery objects) {}
}
