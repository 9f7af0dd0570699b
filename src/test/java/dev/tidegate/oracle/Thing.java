package dev.tidegate.oracle;

import dev.tidegate.model.AssociationName;
import dev.tidegate.model.AttributeType;
import dev.tidegate.model.DeclaredAttribute;
import dev.tidegate.model.EntityName;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One object as its rows say: {@code tables} are the entities that have a row of it, the root's first. {@code own} is empty
 * where the store names an entity that the model does not know. Values are as the store has them, in microseconds too.
 */
record Thing(
        Optional<EntityName> own,
        @Nullable String discriminator,
        List<EntityName> tables,
        Object id,
        Map<DeclaredAttribute, Object> values,
        Map<AssociationName, Object> references) {

    static Thing of(EntityName own, List<EntityName> tables, Object id) {
        return new Thing(Optional.of(own), own.toString(), tables, id, new HashMap<>(), new HashMap<>());
    }

    static Thing stranger(@Nullable String discriminator, List<EntityName> tables, Object id) {
        return new Thing(Optional.empty(), discriminator, tables, id, new HashMap<>(), new HashMap<>());
    }

    /** What an attribute is: moments are milliseconds, booleans never empty. */
    @Nullable
    Object value(DeclaredAttribute attribute) {
        Object stored = values.get(attribute);
        if (attribute.attribute().type() == AttributeType.BOOLEAN) {
            return Boolean.TRUE.equals(stored);
        }
        return stored instanceof Instant instant ? instant.truncatedTo(ChronoUnit.MILLIS) : stored;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return this == other;
    }

    @Override
    public int hashCode() {
        return System.identityHashCode(this);
    }
}
