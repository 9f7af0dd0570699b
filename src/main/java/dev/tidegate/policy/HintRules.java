package dev.tidegate.policy;

import dev.tidegate.model.Association;
import dev.tidegate.model.AssociationName;
import dev.tidegate.model.Direction;
import dev.tidegate.model.EntityName;
import dev.tidegate.model.Model;
import dev.tidegate.model.OwnedEnd;
import dev.tidegate.model.Profile;
import dev.tidegate.model.ProfileName;
import dev.tidegate.model.RoleName;
import dev.tidegate.model.SyncRule;
import dev.tidegate.xpath.Condition;
import dev.tidegate.xpath.Hop;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Decides which changes concern whom: an entity that a profile downloads is concerned by its own hierarchy, by what keeps the sets and
 * references that its objects own, and by all that its constraint and the caller's rules read on the way. What the clock alone
 * changes concerns nobody, since nobody changes it.
 */
public final class HintRules {
    private final Rulebook rulebook;
    private final Map<Asked, HintScope> scopes = new ConcurrentHashMap<>();

    private record Asked(ProfileName profile, Set<RoleName> roles) {}

    public HintRules(Rulebook rulebook) {
        this.rulebook = rulebook;
    }

    /** The same object for equal questions. {@code roles}: of the model. */
    public HintScope scope(Profile profile, Set<RoleName> roles) {
        return scopes.computeIfAbsent(new Asked(profile.name(), Set.copyOf(roles)), _ -> collect(profile, roles));
    }

    private HintScope collect(Profile profile, Set<RoleName> roles) {
        Collector collector = new Collector(rulebook.model());
        profile.sync().forEach((entity, rule) -> {
            if (isDownloaded(rule)) {
                rulebook.model()
                        .family(entity)
                        .forEach(own -> rulebook.grants(roles, own)
                                .forEach(grant -> collector.readBy(entity, own, grant.when())));
                rulebook.syncConstraint(profile.name(), entity)
                        .ifPresent(constraint -> collector.readBy(entity, entity, constraint));
            }
        });
        return new HintScope(collector.hierarchies, collector.pairs);
    }

    /** Also by clients of another version only: which one a listener has it does not say. */
    private static boolean isDownloaded(SyncRule rule) {
        return switch (rule.mode()) {
            case ALL, BY_XPATH -> true;
            case NOTHING_CLEAR, NOTHING_PRESERVE, NEVER, ONLINE -> rule.compatibility();
        };
    }

    private static final class Collector {
        private final Model model;
        private final Map<EntityName, Set<EntityName>> hierarchies = new HashMap<>();
        private final Map<AssociationName, Set<EntityName>> pairs = new HashMap<>();

        Collector(Model model) {
            this.model = model;
        }

        /** Objects of {@code own} are brought as {@code entity}, or what they hold is, when the condition says so. */
        void readBy(EntityName entity, EntityName own, Condition condition) {
            hierarchy(own, entity);
            for (OwnedEnd end : model.ownedEnds(own)) {
                switch (end.association().storage()) {
                    case Association.InJoinTable _ -> pairs(end.association(), entity);
                    case Association.InColumn _ -> {
                        if (end.direction() == Direction.BACKWARD) {
                            hierarchy(end.association().from(), entity);
                        }
                    }
                }
            }
            ConditionUses uses = ConditionUses.of(condition);
            uses.hops().forEach(hop -> hop(hop, entity));
            if (uses.bareCurrentUser() || !uses.currentUsers().isEmpty()) {
                model.user().ifPresent(user -> hierarchy(user.entity(), entity));
            }
        }

        private void hop(Hop hop, EntityName entity) {
            hierarchy(hop.from(), entity);
            hierarchy(hop.to(), entity);
            if (hop.association().storage() instanceof Association.InJoinTable) {
                pairs(hop.association(), entity);
            }
        }

        private void hierarchy(EntityName changed, EntityName concerned) {
            hierarchies
                    .computeIfAbsent(model.root(changed), _ -> new HashSet<>())
                    .add(concerned);
        }

        private void pairs(Association changed, EntityName concerned) {
            pairs.computeIfAbsent(changed.name(), _ -> new HashSet<>()).add(concerned);
        }
    }
}
