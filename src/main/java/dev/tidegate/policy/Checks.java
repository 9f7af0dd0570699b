package dev.tidegate.policy;

import dev.tidegate.model.EntityName;
import dev.tidegate.model.Mode;
import dev.tidegate.model.ModeClass;
import dev.tidegate.model.Model;
import dev.tidegate.model.Profile;
import dev.tidegate.model.RoleName;
import dev.tidegate.model.SyncRule;
import dev.tidegate.problem.Place;
import dev.tidegate.problem.ProblemCode;
import dev.tidegate.problem.Result;
import dev.tidegate.problem.Violation;
import dev.tidegate.xpath.Suggestion;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Judges what an app is going to do before it does: the same rules as for requests, without values. What an offline
 * profile does with an entity that is not online runs on the device, unless the check asks about a live call. Pure.
 */
public final class Checks {
    private static final Set<Mode> DOWNLOADED = Set.of(Mode.ALL, Mode.BY_XPATH);

    private final Model model;
    private final QueryRules queries;
    private final ChangeRules changes;

    public Checks(Rulebook rulebook) {
        this.model = rulebook.model();
        this.queries = new QueryRules(rulebook);
        this.changes = new ChangeRules(rulebook);
    }

    /** A verdict for each query, then each write, then each batch, in their order. */
    public List<CheckVerdict> judge(Profile profile, ChecksText checks) {
        Set<RoleName> roles = checks.roles();
        return Stream.of(
                        checks.queries().stream().map(check -> query(profile, roles, check)),
                        checks.writes().stream().map(check -> write(profile, roles, check)),
                        checks.batches().stream().map(check -> batch(profile, roles, check)))
                .flatMap(verdicts -> verdicts)
                .toList();
    }

    private CheckVerdict query(Profile profile, Set<RoleName> roles, ChecksText.OfQuery check) {
        String entity = check.query().entity();
        Site site = siteOf(profile, entity, check.live());
        List<Violation> violations = violations(queries.decide(profile, roles, check.query(), site));
        return new CheckVerdict(
                check.name(), site, violations, site == Site.DEVICE ? incomplete(profile, entity) : List.of());
    }

    private static List<Violation> violations(Result<?> result) {
        return switch (result) {
            case Result.Ok<?> _ -> List.of();
            case Result.Refused<?> refused -> refused.violations();
        };
    }

    private Site siteOf(Profile profile, String entity, boolean live) {
        boolean offline = model.entityNamed(entity)
                .filter(name -> profile.modeClass(name) == ModeClass.OFFLINE)
                .isPresent();
        return profile.isOffline() && offline && !live ? Site.DEVICE : Site.SERVER;
    }

    /** Specializations that are not downloaded are missing from what a query on the device finds. */
    private List<CheckVerdict.Warning> incomplete(Profile profile, String entity) {
        Optional<EntityName> queried = model.entityNamed(entity).filter(name -> isDownloaded(profile, name));
        return queried.stream()
                .flatMap(name -> model.family(name).stream())
                .filter(below -> profile.modeClass(below) != ModeClass.ONLINE && !isDownloaded(profile, below))
                .map(below -> new CheckVerdict.Warning(
                        "incomplete-hierarchy",
                        "'" + below + "' is " + new Limitations(model, profile).mode(below) + " in profile '"
                                + profile.name() + "', so its objects may be missing from a query on '" + entity
                                + "' on the device."))
                .toList();
    }

    private static boolean isDownloaded(Profile profile, EntityName entity) {
        return Optional.ofNullable(profile.sync().get(entity))
                .map(SyncRule::mode)
                .filter(DOWNLOADED::contains)
                .isPresent();
    }

    private CheckVerdict write(Profile profile, Set<RoleName> roles, ChecksText.OfWrite check) {
        Site site = siteOf(profile, check.entity(), check.live());
        Route route = site == Site.DEVICE ? Route.BATCH : Route.LIVE;
        List<Violation> violations = switch (EntityNames.find(model, profile, check.entity())) {
            case Result.Refused<EntityName>(var unknown) -> unknown;
            case Result.Ok<EntityName>(EntityName entity) -> write(profile, roles, check, entity, route);
        };
        return new CheckVerdict(check.name(), site, violations, List.of());
    }

    private List<Violation> write(
            Profile profile, Set<RoleName> roles, ChecksText.OfWrite check, EntityName entity, Route route) {
        List<Violation> names = new ArrayList<>();
        if (profile.isOffline() && profile.modeClass(entity) == ModeClass.ABSENT) {
            names.add(Violation.of(ProblemCode.NOT_IN_PROFILE, EntityNames.absent(profile, entity)));
        }
        Map<String, @Nullable Object> attributes = new LinkedHashMap<>();
        Map<String, @Nullable Object> associations = new LinkedHashMap<>();
        Map<String, String> pointers = new HashMap<>();
        ChangeRules.Spot spot = new ChangeRules.Spot("", route);
        for (int i = 0; i < check.members().size(); i++) {
            String member = check.members().get(i);
            boolean association = member.indexOf('.') >= 0;
            (association ? associations : attributes).put(member, "");
            pointers.put(association ? spot.association(member) : spot.attribute(member), "/members/" + i);
            if (members(entity).noneMatch(member::equals)) {
                names.add(Violation.at(
                        "/members/" + i,
                        ProblemCode.UNKNOWN_MEMBER,
                        "'" + member + "' is not part of '" + entity + "'." + Suggestion.of(member, members(entity))));
            }
        }
        if (!names.isEmpty()) {
            return names;
        }
        ChangeText change = new ChangeText(
                check.op(), check.entity(), Optional.empty(), Optional.empty(), attributes, associations, "");
        List<Violation> violations = new ArrayList<>();
        changes.rules(profile, roles, entity, change, spot).forEach(found -> violations.add(moved(found, pointers)));
        if (route == Route.BATCH && check.op() == ChangeText.Kind.CREATE && violations.isEmpty()) {
            ChangeReading.withoutIds(model, entity, "")
                    .map(found -> Violation.of(found.code(), found.detail()))
                    .ifPresent(violations::add);
        }
        return Collections.unmodifiableList(violations);
    }

    private Stream<String> members(EntityName entity) {
        return Stream.concat(
                model.attributes(entity).stream()
                        .map(declared -> declared.attribute().name()),
                model.ownedEnds(entity).stream()
                        .map(end -> end.association().name().toString()));
    }

    /** A check has a list of members where a change has two objects. */
    private static Violation moved(Violation violation, Map<String, String> pointers) {
        return violation.place() instanceof Place.AtPointer at
                ? Optional.ofNullable(pointers.get(at.pointer()))
                        .map(pointer -> Violation.at(pointer, violation.code(), violation.detail()))
                        .orElseGet(() -> Violation.of(violation.code(), violation.detail()))
                : violation;
    }

    private CheckVerdict batch(Profile profile, Set<RoleName> roles, ChecksText.OfBatch check) {
        List<Violation> violations = check.operations().stream()
                .flatMap(operation -> violations(changes.decide(profile, roles, operation, Route.BATCH)).stream())
                .toList();
        return new CheckVerdict(check.name(), Site.SERVER, violations, List.of());
    }
}
