package dev.tidegate.model;

import java.util.Map;
import java.util.Optional;

/**
 * An entity as it is declared. {@code attributes} are its own, in the model's order; inherited ones are found through
 * {@link Model#attribute}. A specialization lives in its own table with the same id (joined table); {@code identity},
 * {@code store}, {@code version} and {@code discriminator} are those of the root of its hierarchy.
 */
public record Entity(
        EntityName name,
        Optional<EntityName> generalization,
        StoreName store,
        TableName table,
        Identity identity,
        Optional<String> version,
        Optional<String> discriminator,
        Map<String, Attribute> attributes) {

    public Entity {
        attributes = Ordered.map(attributes);
    }
}
