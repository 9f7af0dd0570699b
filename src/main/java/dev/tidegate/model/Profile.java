package dev.tidegate.model;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A navigation profile: a kind of app, who may use it ({@code roles}; empty means every authenticated caller), and the
 * mode of each entity that it lists. A profile of kind {@code web} lists none.
 */
public record Profile(
        ProfileName name, ProfileKind kind, Optional<Set<RoleName>> roles, Map<EntityName, SyncRule> sync) {

    public Profile {
        roles = roles.map(Ordered::set);
        sync = Ordered.map(sync);
    }

    /** The class of mode that the limitations are about ({@code rules}: what rules judge). */
    public ModeClass modeClass(EntityName entity) {
        SyncRule rule = sync.get(entity);
        if (rule == null) {
            return ModeClass.ABSENT;
        }
        return rule.mode() == Mode.ONLINE ? ModeClass.ONLINE : ModeClass.OFFLINE;
    }

    /** The profile as clients go by it that know the {@code current} model, or that do not. */
    public Profile forClients(boolean current) {
        if (current || sync.values().stream().noneMatch(SyncRule::compatibility)) {
            return this;
        }
        Map<EntityName, SyncRule> before = new LinkedHashMap<>();
        sync.forEach((entity, rule) -> before.put(entity, rule.before()));
        return new Profile(name, kind, roles, before);
    }

    /** Whether clients of another model may go on with the entity as if it were {@code all}. */
    public boolean isCompatible(EntityName entity) {
        SyncRule rule = sync.get(entity);
        return rule != null && rule.compatibility();
    }

    public boolean isOffline() {
        return kind.isOffline();
    }

    public boolean admits(Set<RoleName> callerRoles) {
        return roles.map(allowed -> callerRoles.stream().anyMatch(allowed::contains))
                .orElse(true);
    }
}
