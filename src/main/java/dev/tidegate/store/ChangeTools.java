package dev.tidegate.store;

import dev.tidegate.model.Model;
import dev.tidegate.upload.StateRules;

/** What applies changes to any object of a model; it keeps statements, but nothing of one transaction. */
record ChangeTools(
        Model model,
        StateRules rules,
        ObjectReads reads,
        ObjectWrites writes,
        SetWrites sets,
        FilledChanges files,
        Histories histories) {
    ChangeTools(Model model, StateRules rules, FilledChanges files) {
        this(
                model,
                rules,
                new ObjectReads(model),
                new ObjectWrites(model),
                new SetWrites(model),
                files,
                new Histories(model));
    }
}
