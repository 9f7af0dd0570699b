package dev.tidegate.oracle;

import dev.tidegate.model.EntityName;
import dev.tidegate.model.Model;
import dev.tidegate.model.Profile;
import dev.tidegate.model.ProfileName;
import dev.tidegate.xpath.Condition;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** What a gateway goes by from one start to the next: a model with rules and sync modes, and what their constraints were made to mean. */
record Regime(Model model, List<World.Rule> rules, Map<EntityName, Condition> constraints) {
    static final ProfileName PROFILE = new ProfileName("Mobile");

    Regime {
        rules = List.copyOf(rules);
        constraints = Map.copyOf(constraints);
    }

    Profile profile() {
        return Objects.requireNonNull(model.profiles().get(PROFILE));
    }
}
