package dev.tidegate.policy;

import dev.tidegate.model.Change;
import dev.tidegate.problem.Problem;
import dev.tidegate.problem.ProblemCode;

/** What is said of a change that does not fit what the store holds, in a batch as in a live write. */
public final class StateProblems {
    private StateProblems() {}

    /** Store-protocol 6: a create never upserts, whatever the caller may read. */
    public static Problem exists(Change.Create create) {
        return Problem.of(
                ProblemCode.OBJECT_EXISTS,
                "An object with the id of this new " + create.entity()
                        + " exists already. Create it under another id.");
    }

    public static Problem wrongEntity(Change change) {
        return Problem.of(
                ProblemCode.WRONG_ENTITY,
                "The object with this id is not a " + change.entity() + " itself. Name the object's own entity.");
    }
}
