package dev.tidegate.policy;

import dev.tidegate.model.EntityName;
import dev.tidegate.model.Model;
import dev.tidegate.model.StoreName;
import dev.tidegate.problem.ProblemCode;
import dev.tidegate.problem.Violation;
import dev.tidegate.xpath.Hop;
import java.util.ArrayList;
import java.util.List;

/** One statement runs in one store, so a constraint may not leave it. */
final class Stores {
    private Stores() {}

    /** Where a condition on objects of {@code entity} leaves their store. */
    static List<Violation> crossings(Model model, EntityName entity, ConditionUses uses) {
        List<Violation> violations = new ArrayList<>();
        uses.hops().stream()
                .filter(hop -> crosses(model, hop))
                .map(hop -> crossing(model, hop))
                .forEach(violations::add);
        uses.currentUsers().forEach(use -> userElsewhere(model, use.on(), use.position(), violations));
        if (uses.bareCurrentUser()) {
            userElsewhere(model, entity, 0, violations);
        }
        return violations;
    }

    private static void userElsewhere(Model model, EntityName asked, int position, List<Violation> into) {
        model.user()
                .filter(user -> !storeOf(model, asked).equals(storeOf(model, user.entity())))
                .ifPresent(user -> into.add(Violation.in(
                        "constraint",
                        position,
                        ProblemCode.CROSS_STORE_CONSTRAINT,
                        "[%CurrentUser%] is kept in store '" + storeOf(model, user.entity()) + "', '" + asked
                                + "' in store '" + storeOf(model, asked) + "'.")));
    }

    static boolean crosses(Model model, Hop hop) {
        return !storeOf(model, hop.from()).equals(storeOf(model, hop.to()));
    }

    static Violation crossing(Model model, Hop hop) {
        return Violation.in(
                "constraint",
                hop.position(),
                ProblemCode.CROSS_STORE_CONSTRAINT,
                "'" + hop.association().name() + "' leads from store '" + storeOf(model, hop.from()) + "' to store '"
                        + storeOf(model, hop.to()) + "'; a constraint cannot follow it.");
    }

    private static StoreName storeOf(Model model, EntityName entity) {
        return model.entity(entity).store();
    }
}
