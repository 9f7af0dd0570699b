package dev.tidegate.download;

import dev.tidegate.model.AssociationName;
import dev.tidegate.model.EntityName;
import java.util.Set;

/** Where something has changed: in hierarchies, known by their roots, and in join tables. */
public record ChangedLogs(Set<EntityName> hierarchies, Set<AssociationName> pairs) {
    public static final ChangedLogs NONE = new ChangedLogs(Set.of(), Set.of());

    public ChangedLogs {
        hierarchies = Set.copyOf(hierarchies);
        pairs = Set.copyOf(pairs);
    }

    public boolean isEmpty() {
        return hierarchies.isEmpty() && pairs.isEmpty();
    }
}
