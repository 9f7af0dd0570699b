package dev.tidegate.model;

import java.util.Map;
import java.util.Set;

/**
 * What the change logs watch (store-protocol 7), in the model's order: entities, each with the filter members among those that it declares
 * itself, and join tables by their associations.
 */
public record WatchedEntities(Map<EntityName, Filters> entities, Set<AssociationName> pairs) {
    public WatchedEntities {
        entities = Ordered.map(entities);
        pairs = Ordered.set(pairs);
    }

    /** Members that some constraint or rule reads, of the object at hand or on the way to another one: old values matter. */
    public record Filters(Set<String> attributes, Set<AssociationName> references) {
        public Filters {
            attributes = Set.copyOf(attributes);
            references = Set.copyOf(references);
        }
    }
}
