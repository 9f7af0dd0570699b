package dev.tidegate.read;

import dev.tidegate.problem.Problem;

/** What an attempt to write came to; only {@link Done} has changed something, now or ({@code repeated}) before. */
public sealed interface WriteResult {
    record Done(WriteAnswer answer, boolean repeated) implements WriteResult {}

    record Refused(Problem problem) implements WriteResult {}

    /** Another request is remembered under the key. */
    record KeyReused() implements WriteResult {}
}
