package dev.tidegate.policy;

import dev.tidegate.model.Association;
import dev.tidegate.model.EntityName;
import dev.tidegate.model.IdType;
import dev.tidegate.model.Mode;
import dev.tidegate.model.ModeClass;
import dev.tidegate.model.Model;
import dev.tidegate.model.Position;
import dev.tidegate.model.Positions;
import dev.tidegate.model.Profile;
import dev.tidegate.model.RoleName;
import dev.tidegate.model.SyncRule;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** What sync modes forbid in a model, and what about them is doubtful ({@code rules}, limitation 6 and model errors). */
final class ModeRules {
    private final Model model;
    private final List<ModelFinding> findings = new ArrayList<>();

    ModeRules(Model model) {
        this.model = model;
        model.profiles().values().stream().filter(Profile::isOffline).forEach(this::judge);
        if (model.profiles().values().stream().allMatch(Profile::isOffline)) {
            model.entities().keySet().forEach(this::warnUnused);
        }
    }

    List<ModelFinding> findings() {
        return List.copyOf(findings);
    }

    private void judge(Profile profile) {
        profile.sync().forEach((entity, rule) -> {
            if (rule.mode() == Mode.NEVER) {
                neverAssociations(profile, entity);
                neverGeneralization(profile, entity);
            }
            warnUnlistedSpecializations(profile, entity);
            if (rule.mode() != Mode.ONLINE) {
                warnLongIds(profile, entity);
                warnOfflineDeletes(profile, entity);
            }
        });
    }

    private static Function<Positions, Position> at(Profile profile, EntityName entity) {
        return positions -> positions.ofSync(profile.name(), entity);
    }

    private static boolean isNever(Profile profile, EntityName entity) {
        return modeOf(profile, entity).filter(Mode.NEVER::equals).isPresent();
    }

    private static Optional<Mode> modeOf(Profile profile, EntityName entity) {
        return Optional.ofNullable(profile.sync().get(entity)).map(SyncRule::mode);
    }

    private static String describe(Profile profile, EntityName entity) {
        return "'" + entity + "' is "
                + modeOf(profile, entity).map(mode -> "'" + mode.key() + "'").orElse("not listed") + " in profile '"
                + profile.name() + "'";
    }

    private void neverAssociations(Profile profile, EntityName entity) {
        for (Association association : model.associations().values()) {
            Set<EntityName> others = new LinkedHashSet<>();
            if (model.isKindOf(entity, association.from())) {
                others.addAll(arrivals(profile, association.to()));
            }
            if (model.isKindOf(entity, association.to())) {
                others.addAll(arrivals(profile, association.from()));
            }
            others.stream()
                    .filter(other -> !isNever(profile, other))
                    .findFirst()
                    .ifPresent(other -> findings.add(ModelFinding.error(
                            "never-association",
                            at(profile, entity),
                            "'" + entity + "' is 'never', but its association '" + association.name()
                                    + "' is with an entity that is not: " + describe(profile, other) + ".",
                            "Make both ends 'never', or neither.")));
        }
    }

    /** The end itself, and of its specializations those that the profile lists. */
    private List<EntityName> arrivals(Profile profile, EntityName end) {
        return model.family(end).stream()
                .filter(entity -> entity.equals(end) || profile.modeClass(entity) != ModeClass.ABSENT)
                .toList();
    }

    private void neverGeneralization(Profile profile, EntityName entity) {
        model.lineage(entity).stream()
                .skip(1)
                .filter(above -> !isNever(profile, above))
                .findFirst()
                .ifPresent(above -> findings.add(ModelFinding.error(
                        "never-generalization",
                        at(profile, entity),
                        "'" + entity + "' is 'never', but it specializes an entity that is not: "
                                + describe(profile, above) + ".",
                        "Make the generalization 'never' as well, or choose another mode for '" + entity + "'.")));
    }

    private void warnUnlistedSpecializations(Profile profile, EntityName entity) {
        List<EntityName> unlisted = model.family(entity).stream()
                .filter(below -> profile.modeClass(below) == ModeClass.ABSENT)
                .toList();
        if (unlisted.isEmpty()) {
            return;
        }
        boolean online = profile.modeClass(entity) == ModeClass.ONLINE;
        findings.add(ModelFinding.warning(
                "unlisted-specialization",
                at(profile, entity),
                "Profile '" + profile.name() + "' lists '" + entity + "' but not its specialization '"
                        + unlisted.getFirst() + "'"
                        + (online
                                ? ": queries on '" + entity + "' are prohibited there (mixed-hierarchy-query)."
                                : ", so its objects are missing on devices from what a query on '" + entity
                                        + "' finds."),
                "List '" + unlisted.getFirst() + "' too, with the same mode."));
    }

    private void warnLongIds(Profile profile, EntityName entity) {
        var identity = model.entity(entity).identity();
        if (identity.type() == IdType.LONG && identity.sequence().isEmpty()) {
            findings.add(ModelFinding.warning(
                    "long-id-without-sequence",
                    at(profile, entity),
                    "Devices cannot create '" + entity + "' in profile '" + profile.name()
                            + "': its ids are long and nobody hands them out.",
                    "Add 'sequence:' to its id, or use uuid."));
        }
    }

    private void warnOfflineDeletes(Profile profile, EntityName entity) {
        Optional<Set<RoleName>> users = profile.roles();
        boolean deletable = model.rulesOf(entity).stream()
                .anyMatch(rule -> rule.delete()
                        && users.map(roles -> rule.roles().stream().anyMatch(roles::contains))
                                .orElse(true));
        if (!deletable) {
            return;
        }
        model.associations().values().stream()
                .filter(association -> association.onDelete() != Association.OnDelete.KEEP)
                .filter(association -> model.isKindOf(entity, association.to()))
                .forEach(association -> findings.add(ModelFinding.warning(
                        "offline-delete",
                        at(profile, entity),
                        "'" + entity + "' can be deleted on devices of profile '" + profile.name() + "', and '"
                                + association.name() + "' says '"
                                + association.onDelete().key()
                                + "': what that does shows only when the delete is synchronized.",
                        "Use 'on-delete: keep', or give no delete right to roles of this profile.")));
    }

    private void warnUnused(EntityName entity) {
        boolean used =
                model.profiles().values().stream().anyMatch(profile -> profile.modeClass(entity) != ModeClass.ABSENT);
        if (!used) {
            findings.add(ModelFinding.warning(
                    "unused-entity",
                    positions -> positions.ofEntity(entity),
                    "No profile uses '" + entity + "', so nobody can reach it.",
                    "List it in a profile's 'sync', or remove it."));
        }
    }
}
