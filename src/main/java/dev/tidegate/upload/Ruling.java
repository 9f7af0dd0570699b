package dev.tidegate.upload;

import dev.tidegate.problem.Problem;

/** What is to be done with a change, once the stored object is known. */
public sealed interface Ruling {
    /** {@code merged}: others changed other members since, and their changes stay. */
    record Write(boolean merged) implements Ruling {}

    /** Others changed the object since: it depends on what of it ({@link StateRules#compare}). */
    record Compare() implements Ruling {}

    /** Nothing is to be written, and all is well: what should be gone is gone. */
    record NothingToDo() implements Ruling {}

    record Reject(Problem problem) implements Ruling {}

    record Conflict(Problem problem) implements Ruling {}
}
