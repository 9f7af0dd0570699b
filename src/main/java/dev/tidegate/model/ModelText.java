package dev.tidegate.model;

import java.util.List;
import java.util.Optional;

/** A model file once read: the model unless there is an error, all issues in the order of the file, and where things stand. */
public record ModelText(Optional<Model> model, List<ModelIssue> issues, Positions positions) {

    public ModelText {
        issues = List.copyOf(issues);
    }
}
