package dev.tidegate.xpath;

import dev.tidegate.model.EntityName;
import java.util.Set;

/** A constraint whose names and types fit the model, seen from {@code entity}. {@code parameters} are those it names. */
public record CheckedConstraint(EntityName entity, Condition condition, Set<String> parameters) {
    public CheckedConstraint {
        parameters = Set.copyOf(parameters);
    }
}
