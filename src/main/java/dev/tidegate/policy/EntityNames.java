package dev.tidegate.policy;

import dev.tidegate.model.EntityName;
import dev.tidegate.model.ModeClass;
import dev.tidegate.model.Model;
import dev.tidegate.model.Profile;
import dev.tidegate.problem.ProblemCode;
import dev.tidegate.problem.Result;
import dev.tidegate.problem.Violation;
import dev.tidegate.xpath.Suggestion;

/** Finds the entity that a request names. */
final class EntityNames {
    private EntityNames() {}

    static Result<EntityName> find(Model model, Profile profile, String text) {
        return model.entityNamed(text)
                .map(Result::ok)
                .orElseGet(
                        () -> Result.refused(Violation.of(ProblemCode.UNKNOWN_ENTITY, unknown(model, profile, text))));
    }

    private static String unknown(Model model, Profile profile, String text) {
        String shown = text.length() <= 100 ? text : text.substring(0, 100) + "…";
        return "There is no entity '" + shown + "'."
                + Suggestion.of(
                        text,
                        model.entities().keySet().stream()
                                .filter(entity -> !profile.isOffline() || profile.modeClass(entity) != ModeClass.ABSENT)
                                .map(EntityName::toString));
    }

    static String absent(Profile profile, EntityName entity) {
        return "'" + entity + "' is not part of profile '" + profile.name()
                + "'. What is not listed in 'sync' is absent from an offline profile.";
    }
}
