package dev.tidegate.policy;

import dev.tidegate.model.RoleName;
import java.util.Set;

/** Who asks: the principal's name and the model roles held. Kept with a batch, so that it is judged as who sent it. */
public record Caller(String name, Set<RoleName> roles) {
    public Caller {
        roles = Set.copyOf(roles);
    }
}
