package dev.tidegate.policy;

import dev.tidegate.model.EntityName;
import dev.tidegate.model.ModeClass;
import dev.tidegate.model.Model;
import dev.tidegate.model.Profile;
import dev.tidegate.model.RoleName;
import dev.tidegate.problem.ProblemCode;
import dev.tidegate.problem.Result;
import dev.tidegate.problem.Violation;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Judges who may have ids for objects that are yet to be created offline: whoever could create them by a batch. Pure. */
public final class IdRules {
    private final Model model;
    private final ChangeRules changes;

    public IdRules(Rulebook rulebook) {
        this.model = rulebook.model();
        this.changes = new ChangeRules(rulebook);
    }

    /** The entity, whose ids are {@code long} and come from a sequence. Violations point at {@code /entity}. */
    public Result<EntityName> decide(Profile profile, Set<RoleName> roles, String entity) {
        ChangeRules.Spot spot = new ChangeRules.Spot("", Route.BATCH);
        return switch (EntityNames.find(model, profile, entity)) {
            case Result.Refused<EntityName>(var unknown) ->
                Result.refused(spot.entity(
                        ProblemCode.UNKNOWN_ENTITY, unknown.getFirst().detail()));
            case Result.Ok<EntityName>(EntityName name) -> {
                List<Violation> violations = violations(profile, roles, name, spot);
                yield violations.isEmpty() ? Result.ok(name) : Result.refused(violations);
            }
        };
    }

    private List<Violation> violations(Profile profile, Set<RoleName> roles, EntityName entity, ChangeRules.Spot spot) {
        if (profile.isOffline() && profile.modeClass(entity) == ModeClass.ABSENT) {
            return List.of(spot.entity(ProblemCode.NOT_IN_PROFILE, EntityNames.absent(profile, entity)));
        }
        ChangeText create = new ChangeText(
                ChangeText.Kind.CREATE,
                entity.toString(),
                Optional.empty(),
                Optional.empty(),
                Map.of(),
                Map.of(),
                spot.pointer());
        List<Violation> rules = changes.rules(profile, roles, entity, create, spot);
        return rules.isEmpty() ? withoutSequence(entity, spot) : rules;
    }

    private List<Violation> withoutSequence(EntityName entity, ChangeRules.Spot spot) {
        return model.entity(entity).identity().sequence().isPresent()
                ? List.of()
                : List.of(spot.entity(
                        ProblemCode.VALIDATION_FAILED,
                        "No ids are handed out for '" + entity + "': the model names no sequence for them."));
    }
}
