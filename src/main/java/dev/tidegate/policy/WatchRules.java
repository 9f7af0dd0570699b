package dev.tidegate.policy;

import dev.tidegate.model.AccessRule;
import dev.tidegate.model.Association;
import dev.tidegate.model.AssociationName;
import dev.tidegate.model.EntityName;
import dev.tidegate.model.Mode;
import dev.tidegate.model.Model;
import dev.tidegate.model.Profile;
import dev.tidegate.model.RoleName;
import dev.tidegate.model.WatchedEntities;
import dev.tidegate.xpath.Condition;
import dev.tidegate.xpath.Hop;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Decides what the change logs watch (store-protocol 7): whole hierarchies of every entity that an offline profile holds (for some version of the model), or that one of
 * its constraints or of the access rules of such entities reads, or whose rows keep what such objects own; and the join tables in
 * which those objects stand.
 */
public final class WatchRules {
    private WatchRules() {}

    public static WatchedEntities watched(Rulebook rulebook) {
        Collector collector = new Collector(rulebook);
        collector.held();
        collector.endsElsewhere();
        collector.rules();
        return collector.collected();
    }

    private static final class Collector {
        private final Rulebook rulebook;
        private final Model model;
        private final Set<EntityName> roots = new HashSet<>();
        private final Map<EntityName, Set<String>> attributes = new LinkedHashMap<>();
        private final Map<EntityName, Set<AssociationName>> references = new LinkedHashMap<>();
        private final Set<AssociationName> hopped = new HashSet<>();

        Collector(Rulebook rulebook) {
            this.rulebook = rulebook;
            this.model = rulebook.model();
        }

        void held() {
            for (Profile profile : model.profiles().values()) {
                if (profile.isOffline()) {
                    profile.sync().forEach((entity, sync) -> {
                        if (sync.mode() != Mode.ONLINE || sync.compatibility()) {
                            watch(entity);
                            rulebook.syncConstraint(profile.name(), entity).ifPresent(this::read);
                        }
                    });
                }
            }
        }

        /** What an object shows of an association that is kept in the rows of the other end. */
        void endsElsewhere() {
            for (Association association : model.associations().values()) {
                if (association.bothOwn()
                        && association.storage() instanceof Association.InColumn
                        && isWatched(association.to())) {
                    watch(association.from());
                    reference(association);
                }
            }
        }

        /** Those of entities that are held; what they read of others makes no more entities held. */
        void rules() {
            Set<RoleName> everybody = new HashSet<>();
            model.accessRules().stream().map(AccessRule::roles).forEach(everybody::addAll);
            List<Condition> conditions = model.entities().keySet().stream()
                    .filter(entity -> roots.contains(model.root(entity)))
                    .flatMap(entity -> rulebook.grants(everybody, entity).stream())
                    .map(Grant::when)
                    .toList();
            conditions.forEach(this::read);
        }

        private void watch(EntityName entity) {
            roots.add(model.root(entity));
        }

        private void read(Condition condition) {
            ConditionUses uses = ConditionUses.of(condition);
            uses.members()
                    .forEach(member -> attributes
                            .computeIfAbsent(member.declared().declaredIn(), _ -> new HashSet<>())
                            .add(member.attribute().name()));
            uses.hops().forEach(this::hop);
            if (uses.bareCurrentUser() || !uses.currentUsers().isEmpty()) {
                model.user().ifPresent(user -> {
                    watch(user.entity());
                    model.attribute(user.entity(), user.nameAttribute())
                            .ifPresent(name -> attributes
                                    .computeIfAbsent(name.declaredIn(), _ -> new HashSet<>())
                                    .add(name.attribute().name()));
                });
            }
        }

        private void hop(Hop hop) {
            Association association = hop.association();
            watch(hop.from());
            watch(hop.to());
            switch (association.storage()) {
                case Association.InColumn _ -> reference(association);
                case Association.InJoinTable _ -> hopped.add(association.name());
            }
        }

        private void reference(Association association) {
            references.computeIfAbsent(association.from(), _ -> new HashSet<>()).add(association.name());
        }

        WatchedEntities collected() {
            Map<EntityName, WatchedEntities.Filters> entities = new LinkedHashMap<>();
            for (EntityName entity : model.entities().keySet()) {
                if (isWatched(entity)) {
                    entities.put(
                            entity,
                            new WatchedEntities.Filters(
                                    attributes.getOrDefault(entity, Set.of()),
                                    references.getOrDefault(entity, Set.of())));
                }
            }
            Set<AssociationName> pairs = new LinkedHashSet<>();
            model.associations().forEach((name, association) -> {
                if (association.storage() instanceof Association.InJoinTable
                        && (hopped.contains(name)
                                || isWatched(association.from())
                                || (association.bothOwn() && isWatched(association.to())))) {
                    pairs.add(name);
                }
            });
            return new WatchedEntities(entities, pairs);
        }

        private boolean isWatched(EntityName entity) {
            return roots.contains(model.root(entity));
        }
    }
}
