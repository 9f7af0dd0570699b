package dev.tidegate.policy;

import dev.tidegate.model.Change;
import dev.tidegate.model.EntityName;
import dev.tidegate.model.MemberSet;
import dev.tidegate.model.MemberValue;
import dev.tidegate.model.ModeClass;
import dev.tidegate.model.Model;
import dev.tidegate.model.Profile;
import dev.tidegate.model.RoleName;
import dev.tidegate.problem.ProblemCode;
import dev.tidegate.problem.Result;
import dev.tidegate.problem.Violation;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * Judges changes, twice: {@link #decide} on what the request says, and {@link #objection} on the stored object, under its
 * lock. Pure, but for the ids that it asks for where a create brings none.
 */
public final class ChangeRules {
    /** The most bytes of a binary value within the body of a batch; a larger one is uploaded as a file. */
    public static final int INLINE_BINARY = 64 * 1024;

    private final Rulebook rulebook;
    private final Model model;
    private final Supplier<UUID> ids;

    public ChangeRules(Rulebook rulebook) {
        this(rulebook, UUID::randomUUID);
    }

    /** {@code ids} gives the ids of objects that a live write creates without one. */
    public ChangeRules(Rulebook rulebook, Supplier<UUID> ids) {
        this.rulebook = rulebook;
        this.model = rulebook.model();
        this.ids = ids;
    }

    /**
     * The change with every name resolved, every value typed and defaults filled in; or everything that the first stage
     * found wrong: names and types, then rules, then data.
     */
    public Result<Change> decide(Profile profile, Set<RoleName> roles, ChangeText change, Route route) {
        Spot spot = new Spot(change.pointer(), route);
        return switch (EntityNames.find(model, profile, change.entity())) {
            case Result.Refused<EntityName>(var unknown) ->
                Result.refused(spot.entity(
                        ProblemCode.UNKNOWN_ENTITY, unknown.getFirst().detail()));
            case Result.Ok<EntityName>(EntityName entity) -> {
                ChangeReading reading = new ChangeReading(model, entity, change, spot, ids);
                Optional<Change> read = reading.read();
                List<Violation> names = new ArrayList<>();
                if (profile.isOffline() && profile.modeClass(entity) == ModeClass.ABSENT) {
                    names.add(spot.entity(ProblemCode.NOT_IN_PROFILE, EntityNames.absent(profile, entity)));
                }
                names.addAll(reading.names());
                yield firstOf(List.of(names, rules(profile, roles, entity, change, spot), reading.data()))
                        .map(Result::<Change>refused)
                        .orElseGet(() -> Result.ok(read.orElseThrow()));
            }
        };
    }

    private static Optional<List<Violation>> firstOf(List<List<Violation>> stages) {
        return stages.stream().filter(stage -> !stage.isEmpty()).findFirst();
    }

    /** The rules on what a change names, whatever its values. */
    List<Violation> rules(Profile profile, Set<RoleName> roles, EntityName entity, ChangeText change, Spot spot) {
        List<Violation> violations = new ArrayList<>();
        Limitations limitations = new Limitations(model, profile);
        route(profile, entity, limitations, spot).ifPresent(violations::add);
        List<Grant> grants = rulebook.grants(roles, entity);
        Optional<Violation> denied = right(change.kind(), entity, grants, spot);
        denied.ifPresent(violations::add);
        change.attributes()
                .keySet()
                .forEach(name -> member(entity, name, grants, denied.isEmpty(), spot.attribute(name))
                        .ifPresent(violations::add));
        change.associations().keySet().forEach(name -> {
            Optional<Violation> readOnly = model.ownedEnds(entity).stream()
                    .filter(end -> end.association().name().toString().equals(name))
                    .findFirst()
                    .filter(end -> limitations.isReadOnly(entity, end))
                    .map(end -> Violation.at(
                            spot.association(name),
                            ProblemCode.READ_ONLY_ASSOCIATION,
                            "'" + name + "' leads from '" + entity + "', which is online, to '" + end.target()
                                    + "', which is offline in profile '" + profile.name()
                                    + "'; such an association is read-only there."));
            readOnly.or(() -> member(entity, name, grants, denied.isEmpty(), spot.association(name)))
                    .ifPresent(violations::add);
        });
        return violations;
    }

    private static Optional<Violation> route(Profile profile, EntityName entity, Limitations limitations, Spot spot) {
        boolean online = profile.modeClass(entity) == ModeClass.ONLINE;
        if (spot.route() == Route.LIVE) {
            return profile.isOffline() && !online
                    ? Optional.of(spot.entity(ProblemCode.ENTITY_NOT_ONLINE, limitations.notOnline(entity)))
                    : Optional.empty();
        }
        if (!profile.isOffline()) {
            return Optional.of(spot.whole(
                    ProblemCode.PROFILE_NOT_OFFLINE,
                    "Profile '" + profile.name() + "' is a web profile: it takes live writes, no batches."));
        }
        return online
                ? Optional.of(spot.entity(
                        ProblemCode.ONLINE_ENTITY_IN_BATCH,
                        "'" + entity + "' is online in profile '" + profile.name()
                                + "': it is changed live, never by a batch."))
                : Optional.empty();
    }

    private static Optional<Violation> right(ChangeText.Kind kind, EntityName entity, List<Grant> grants, Spot spot) {
        boolean may = switch (kind) {
            case CREATE -> grants.stream().anyMatch(Grant::create);
            case UPDATE -> grants.stream().anyMatch(grant -> !grant.write().isEmpty());
            case DELETE -> grants.stream().anyMatch(Grant::delete);
        };
        String verb = switch (kind) {
            case CREATE -> "create";
            case UPDATE -> "change";
            case DELETE -> "delete";
        };
        return may
                ? Optional.empty()
                : Optional.of(spot.whole(
                        ProblemCode.ACCESS_DENIED,
                        "None of the caller's roles may " + verb + " objects of '" + entity + "'."));
    }

    private Optional<Violation> member(
            EntityName entity, String name, List<Grant> grants, boolean judgeRights, String pointer) {
        boolean generated = model.attribute(entity, name)
                .filter(declared -> !declared.attribute().isWritable())
                .isPresent();
        if (generated) {
            return Optional.of(Violation.at(
                    pointer,
                    ProblemCode.READ_ONLY_MEMBER,
                    "'" + name + "' is an autonumber: the store gives it. Leave it out."));
        }
        return judgeRights && !mayWrite(grants, name) ? Optional.of(readOnly(entity, name, pointer)) : Optional.empty();
    }

    private static boolean mayWrite(List<Grant> grants, String member) {
        return grants.stream().map(Grant::write).anyMatch((MemberSet write) -> write.contains(member));
    }

    private static Violation readOnly(EntityName entity, String member, String pointer) {
        return Violation.at(
                pointer,
                ProblemCode.READ_ONLY_MEMBER,
                "None of the caller's roles may write '" + member + "' of this '" + entity + "'.");
    }

    /**
     * What forbids an update or delete of the stored object. {@code grants} are those of the object's own entity
     * ({@link Rulebook#grants}), {@code holds} says for each whether its condition holds on the stored state before the
     * change. Never objects to a create. {@code pointer} is that of the {@link ChangeText}.
     */
    public Optional<Violation> objection(Change change, List<Grant> grants, boolean[] holds, String pointer) {
        if (grants.size() != holds.length) {
            throw new IllegalArgumentException(grants.size() + " grants, but " + holds.length + " answers");
        }
        List<Grant> held = IntStream.range(0, holds.length)
                .filter(i -> holds[i])
                .mapToObj(grants::get)
                .toList();
        Spot spot = new Spot(pointer, Route.LIVE);
        return switch (change) {
            case Change.Create _ -> Optional.empty();
            case Change.Delete delete -> right(ChangeText.Kind.DELETE, delete.entity(), held, spot);
            case Change.Update update ->
                right(ChangeText.Kind.UPDATE, update.entity(), held, spot)
                        .or(() -> update.members().stream()
                                .filter(member -> !mayWrite(held, member.member()))
                                .findFirst()
                                .map(member -> readOnly(update.entity(), member.member(), spot.of(member))));
        };
    }

    /** Where the parts of a change stand in the body. */
    record Spot(String pointer, Route route) {

        Violation whole(ProblemCode code, String detail) {
            return pointer.isEmpty() ? Violation.of(code, detail) : Violation.at(pointer, code, detail);
        }

        /** A live write names its entity in the path. */
        Violation entity(ProblemCode code, String detail) {
            return route != Route.LIVE ? Violation.at(pointer + "/entity", code, detail) : whole(code, detail);
        }

        String attribute(String name) {
            return pointer + "/attributes/" + escaped(name);
        }

        String association(String name) {
            return pointer + "/associations/" + escaped(name);
        }

        String of(MemberValue member) {
            return switch (member) {
                case MemberValue.OfAttribute _ -> attribute(member.member());
                case MemberValue.Reference _, MemberValue.Targets _, MemberValue.TargetsEdit _ ->
                    association(member.member());
            };
        }

        private static String escaped(String name) {
            return name.replace("~", "~0").replace("/", "~1");
        }
    }
}
