package dev.tidegate.policy;

import dev.tidegate.model.EntityName;
import dev.tidegate.model.Mode;
import dev.tidegate.model.ModeClass;
import dev.tidegate.model.Model;
import dev.tidegate.model.OwnedEnd;
import dev.tidegate.model.Profile;
import dev.tidegate.model.SyncRule;
import dev.tidegate.problem.Place;
import dev.tidegate.problem.ProblemCode;
import dev.tidegate.problem.Violation;
import dev.tidegate.xpath.Hop;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The limitations of sync modes on effective entities ({@code rules} 1 to 4), in one profile. None in a web profile. */
final class Limitations {
    private final Model model;
    private final Profile profile;

    Limitations(Model model, Profile profile) {
        this.model = model;
        this.profile = profile;
    }

    /** What forbids a query on the entity, at that site; an absent entity is judged elsewhere. */
    List<Violation> ofQuery(EntityName entity, Site site, Place place) {
        List<Violation> violations = new ArrayList<>();
        if (!profile.isOffline()) {
            return violations;
        }
        if (site == Site.SERVER && profile.modeClass(entity) == ModeClass.OFFLINE) {
            violations.add(new Violation(ProblemCode.ENTITY_NOT_ONLINE, notOnline(entity), place));
        }
        mixed(entity, place).ifPresent(violations::add);
        return violations;
    }

    Optional<Violation> mixed(EntityName entity, Place place) {
        List<EntityName> family = model.family(entity);
        Optional<EntityName> online = family.stream().filter(this::isOnline).findFirst();
        Optional<EntityName> other =
                family.stream().filter(below -> !isOnline(below)).findFirst();
        if (!profile.isOffline() || online.isEmpty() || other.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new Violation(
                ProblemCode.MIXED_HIERARCHY_QUERY,
                "A query on '" + entity + "' would mix sync modes: '" + online.get() + "' is online, '" + other.get()
                        + "' is " + mode(other.get()) + ". Query entities whose specializations are all alike.",
                place));
    }

    /** What forbids a step of a constraint or sort (each at the place). */
    List<Violation> ofStep(Hop hop, Place place) {
        List<Violation> violations = new ArrayList<>();
        if (!profile.isOffline()) {
            return violations;
        }
        if (profile.modeClass(hop.to()) == ModeClass.ABSENT) {
            violations.add(absent(hop, place));
            return violations;
        }
        opposite(hop.from(), hop.to())
                .ifPresent(other -> violations.add(new Violation(
                        ProblemCode.CROSS_MODE_CONSTRAINT,
                        "'" + hop.association().name() + "' is between '" + hop.from() + "', which is "
                                + mode(hop.from())
                                + ", and '" + other + "', which is " + mode(other)
                                + "; a constraint cannot use an association between online and offline entities.",
                        place)));
        mixed(hop.to(), place).ifPresent(violations::add);
        return violations;
    }

    /** What forbids a hop of an expansion. */
    List<Violation> ofExpansion(Hop hop, Site site, Place place) {
        if (profile.isOffline() && profile.modeClass(hop.to()) == ModeClass.ABSENT) {
            return List.of(absent(hop, place));
        }
        return ofQuery(hop.to(), site, place);
    }

    private Violation absent(Hop hop, Place place) {
        return new Violation(
                ProblemCode.NOT_IN_PROFILE,
                "'" + hop.association().name() + "' leads to '" + hop.to() + "', which is not part of profile '"
                        + profile.name() + "'.",
                place);
    }

    /** Of the entity at the end of a step and its specializations, the first of the other class of mode. */
    private Optional<EntityName> opposite(EntityName from, EntityName to) {
        ModeClass forbidden = switch (profile.modeClass(from)) {
            case ONLINE -> ModeClass.OFFLINE;
            case OFFLINE -> ModeClass.ONLINE;
            case ABSENT -> ModeClass.ABSENT;
        };
        return forbidden == ModeClass.ABSENT
                ? Optional.empty()
                : model.family(to).stream()
                        .filter(entity -> profile.modeClass(entity) == forbidden)
                        .findFirst();
    }

    /** Whether a constraint can walk from the entity to another one; stores and rights apart. */
    boolean isUsable(EntityName from, EntityName to) {
        return !profile.isOffline()
                || (profile.modeClass(to) != ModeClass.ABSENT
                        && opposite(from, to).isEmpty()
                        && mixed(to, new Place.Nowhere()).isEmpty());
    }

    /** Limitation 4: an online object's association to what is, or may be, offline. */
    boolean isReadOnly(EntityName own, OwnedEnd end) {
        return profile.isOffline()
                && isOnline(own)
                && model.family(end.target()).stream()
                        .anyMatch(entity -> profile.modeClass(entity) == ModeClass.OFFLINE);
    }

    private boolean isOnline(EntityName entity) {
        return profile.modeClass(entity) == ModeClass.ONLINE;
    }

    String notOnline(EntityName entity) {
        return "'" + entity + "' is " + mode(entity) + " in profile '" + profile.name()
                + "': read it from the device, and change it by an offline batch. Only online entities are read and"
                + " written live.";
    }

    /** In words: online, or offline with the mode, or absent. */
    String mode(EntityName entity) {
        return Optional.ofNullable(profile.sync().get(entity))
                .map(SyncRule::mode)
                .map(mode -> mode == Mode.ONLINE ? "online" : "offline (" + mode.key() + ")")
                .orElse("absent");
    }
}
