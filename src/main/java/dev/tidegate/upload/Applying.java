package dev.tidegate.upload;

import dev.tidegate.model.Model;
import dev.tidegate.policy.ChangeRules;
import dev.tidegate.policy.Rulebook;

/** What applying takes from a model: how operations are judged, and who writes them. A group is applied by one of these from its start to its end. */
public final class Applying {
    private final Model model;
    private final BatchRules rules;
    private final ChangeWriter writer;

    public Applying(Rulebook rulebook, ChangeRules rules, ChangeWriter writer) {
        this.model = rulebook.model();
        this.rules = new BatchRules(rulebook, rules);
        this.writer = writer;
    }

    Model model() {
        return model;
    }

    BatchRules rules() {
        return rules;
    }

    ChangeWriter writer() {
        return writer;
    }
}
