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

    static List<Violation> crossings(Model model, ConditionUses uses) {
        List<Violation> violations = new ArrayList<>();
        uses.hops().stream()
                .filter(hop -> crosses(model, hop))
                .map(hop -> crossing(model, hop))
                .forEach(violations::add);
        uses.currentUsers()
                .forEach(use -> model.user().ifPresent(user -> {
                    if (!storeOf(model, use.on()).equals(storeOf(model, user.entity()))) {
                        violations.add(Violation.in(
                                "constraint",
                                use.position(),
                                ProblemCode.CROSS_STORE_CONSTRAINT,
                                "[%CurrentUser%] is kept in store '" + storeOf(model, user.entity()) + "', '" + use.on()
                                        + "' in store '" + storeOf(model, use.on()) + "'."));
                    }
                }));
        return violations;
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
