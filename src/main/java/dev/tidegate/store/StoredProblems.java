package dev.tidegate.store;

import dev.tidegate.download.KeptProblems;
import dev.tidegate.problem.Problem;

/** Problems as {@link QueueJson} writes them into the stores. */
public final class StoredProblems implements KeptProblems {
    @Override
    public Problem read(String json) {
        return QueueJson.readProblem(json);
    }
}
