package dev.tidegate.download;

import dev.tidegate.problem.Problem;

/** Reads problems as the stores keep them with outcomes. */
@FunctionalInterface
public interface KeptProblems {
    Problem read(String json);
}
