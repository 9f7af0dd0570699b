package dev.tidegate.policy;

import dev.tidegate.model.Association;
import dev.tidegate.model.Attribute;
import dev.tidegate.model.ConflictPolicy;
import dev.tidegate.model.EntityName;
import dev.tidegate.model.IdType;
import dev.tidegate.model.Mode;
import dev.tidegate.model.ModeClass;
import dev.tidegate.model.Model;
import dev.tidegate.model.OwnedEnd;
import dev.tidegate.model.Profile;
import dev.tidegate.model.RoleName;
import dev.tidegate.model.SyncRule;
import dev.tidegate.problem.Place;
import dev.tidegate.problem.ProblemCode;
import dev.tidegate.problem.Violation;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What an app must know of the model in one profile, as callers with some roles may use it. Members that a caller may
 * neither read nor write are left out. Depends on nothing else, so it can be cached by model version, profile and roles.
 */
public record Manifest(Profile profile, String modelVersion, boolean onlineSyncMode, List<OfEntity> entities) {
    public Manifest {
        entities = List.copyOf(entities);
    }

    /**
     * One entity; {@code mode} and {@code conflict} are empty in a web profile. {@code notQueryable} says why a query on
     * it is prohibited; where there is none it runs live when the entity is online (or the profile web), else on the device.
     */
    public record OfEntity(
            EntityName entity,
            Optional<Mode> mode,
            Optional<ConflictPolicy> conflict,
            IdType idType,
            boolean idsHandedOut,
            Optional<EntityName> generalization,
            Rights rights,
            List<OfAttribute> attributes,
            List<OfAssociation> associations,
            Optional<Violation> notQueryable,
            Delta delta,
            String deltaReason) {
        public OfEntity {
            attributes = List.copyOf(attributes);
            associations = List.copyOf(associations);
        }
    }

    /** What the caller may do with some objects of the entity; which ones, the rules say object by object. */
    public record Rights(boolean create, boolean read, boolean write, boolean delete) {}

    public record OfAttribute(Attribute attribute, boolean readable, boolean writable, boolean usableInConstraints) {}

    /** An association end that the entity's objects own. */
    public record OfAssociation(OwnedEnd end, boolean readable, boolean readOnly, boolean usableInConstraints) {}

    /** How a pull finds what changed: not at all, by the change log, or by what the conditions say then and now. */
    public enum Delta {
        NONE,
        LOG,
        COMPARE
    }

    /** The manifest of a profile for callers with these roles. */
    public static Manifest of(Rulebook rulebook, Profile profile, Set<RoleName> roles) {
        Model model = rulebook.model();
        Builder builder = new Builder(rulebook, profile, rulebook.access(roles));
        return new Manifest(
                profile,
                model.version(),
                model.onlineSyncMode(),
                model.entities().keySet().stream()
                        .filter(entity -> !profile.isOffline() || profile.modeClass(entity) != ModeClass.ABSENT)
                        .map(builder::entity)
                        .toList());
    }

    private static final class Builder {
        private final Rulebook rulebook;
        private final Model model;
        private final Profile profile;
        private final ReadAccess access;
        private final Limitations limitations;

        Builder(Rulebook rulebook, Profile profile, ReadAccess access) {
            this.rulebook = rulebook;
            this.model = rulebook.model();
            this.profile = profile;
            this.access = access;
            this.limitations = new Limitations(model, profile);
        }

        OfEntity entity(EntityName entity) {
            Optional<SyncRule> sync = Optional.ofNullable(profile.sync().get(entity));
            List<Grant> grants = access.grants(entity);
            Rights rights = new Rights(
                    grants.stream().anyMatch(Grant::create),
                    grants.stream().anyMatch(grant -> !grant.read().isEmpty()),
                    grants.stream().anyMatch(grant -> !grant.write().isEmpty()),
                    grants.stream().anyMatch(Grant::delete));
            DeltaPlan delta = DeltaPlan.of(
                    sync.map(SyncRule::mode),
                    Stream.concat(
                                    rulebook.syncConstraint(profile.name(), entity).stream(),
                                    grants.stream().map(Grant::when))
                            .toList());
            return new OfEntity(
                    entity,
                    sync.map(SyncRule::mode),
                    sync.filter(rule -> rule.mode() != Mode.ONLINE).map(SyncRule::conflict),
                    model.entity(entity).identity().type(),
                    model.entity(entity).identity().sequence().isPresent(),
                    model.entity(entity).generalization(),
                    rights,
                    attributes(entity, grants),
                    associations(entity, grants),
                    notQueryable(entity),
                    delta.plan(),
                    delta.reason());
        }

        private List<OfAttribute> attributes(EntityName entity, List<Grant> grants) {
            List<OfAttribute> attributes = new ArrayList<>();
            model.attributes(entity).forEach(declared -> {
                Attribute attribute = declared.attribute();
                boolean named = grants.stream().anyMatch(grant -> grant.read().contains(attribute.name()));
                boolean writable = attribute.isWritable()
                        && grants.stream().anyMatch(grant -> grant.write().contains(attribute.name()));
                if (writable || (named && attribute.isSent())) {
                    attributes.add(new OfAttribute(
                            attribute, named && attribute.isSent(), writable, named && attribute.isUsable()));
                }
            });
            return attributes;
        }

        private List<OfAssociation> associations(EntityName entity, List<Grant> grants) {
            List<OfAssociation> associations = new ArrayList<>();
            model.ownedEnds(entity).forEach(end -> {
                Association association = end.association();
                String name = association.name().toString();
                boolean readable =
                        grants.stream().anyMatch(grant -> grant.read().contains(name));
                boolean writable =
                        grants.stream().anyMatch(grant -> grant.write().contains(name));
                boolean usable = readable
                        && access.isReadable(end.target())
                        && model.entity(entity)
                                .store()
                                .equals(model.entity(end.target()).store())
                        && limitations.isUsable(entity, end.target());
                if (readable || writable) {
                    associations.add(
                            new OfAssociation(end, readable, !writable || limitations.isReadOnly(entity, end), usable));
                }
            });
            return associations;
        }

        private Optional<Violation> notQueryable(EntityName entity) {
            return limitations
                    .mixed(entity, new Place.Nowhere())
                    .or(() -> access.isReadable(entity)
                            ? Optional.empty()
                            : Optional.of(Violation.of(
                                    ProblemCode.ACCESS_DENIED,
                                    "None of the caller's roles may read objects of '" + entity + "'.")));
        }
    }
}
