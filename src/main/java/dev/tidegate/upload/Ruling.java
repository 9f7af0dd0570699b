package dev.tidegate.upload;

import dev.tidegate.problem.Problem;

/** What is to be done with a change, once the stored object is known. */
public sealed interface Ruling {
    record Write() implements Ruling {}

    /** Nothing is to be written, and all is well: what should be gone is gone. */
    record NothingToDo() implements Ruling {}

    record Reject(Problem problem) implements Ruling {}

    record Conflict(Problem problem) implements Ruling {}
}
