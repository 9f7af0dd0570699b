package dev.tidegate.policy;

import dev.tidegate.model.AssociationName;
import dev.tidegate.model.EntityName;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * Which entities a pull may bring something of when objects of a hierarchy, known by its root, or pairs of a join table have changed.
 * It may name one too many, never one too few.
 */
public record HintScope(Map<EntityName, Set<EntityName>> hierarchies, Map<AssociationName, Set<EntityName>> pairs) {
    public HintScope {
        hierarchies = copy(hierarchies);
        pairs = copy(pairs);
    }

    private static <K> Map<K, Set<EntityName>> copy(Map<K, Set<EntityName>> map) {
        Map<K, Set<EntityName>> copy = new LinkedHashMap<>();
        map.forEach((key, entities) -> copy.put(key, Set.copyOf(entities)));
        return Map.copyOf(copy);
    }

    /** Everything that a pull may bring. */
    public Set<EntityName> entities() {
        return concernedBy(hierarchies.keySet(), pairs.keySet());
    }

    /** What a pull may bring after such changes; empty when they do not concern it. */
    public Set<EntityName> concernedBy(Set<EntityName> changedHierarchies, Set<AssociationName> changedPairs) {
        Set<EntityName> concerned = new LinkedHashSet<>();
        changedHierarchies.forEach(root -> concerned.addAll(hierarchies.getOrDefault(root, Set.of())));
        changedPairs.forEach(name -> concerned.addAll(pairs.getOrDefault(name, Set.of())));
        return concerned;
    }
}
