package dev.tidegate.download;

import dev.tidegate.model.EntityName;
import dev.tidegate.model.Profile;
import dev.tidegate.policy.Caller;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Which objects a selective sync names.
 *
 * @param current whether the client knows the current model
 * @param objects by their own entity, which the profile lists and is not online; ids are values of the entity's type
 */
public record Selected(Profile profile, Caller caller, boolean current, Map<EntityName, Set<Object>> objects) {
    public Selected {
        Map<EntityName, Set<Object>> copy = new LinkedHashMap<>();
        objects.forEach((entity, ids) -> copy.put(entity, Set.copyOf(ids)));
        objects = Collections.unmodifiableMap(copy);
    }
}
