package dev.tidegate.api;

import dev.tidegate.problem.Problem;
import dev.tidegate.problem.ProblemCode;
import dev.tidegate.problem.Refusal;
import dev.tidegate.problem.Violation;
import java.util.ArrayList;
import java.util.List;

/** Gathers what is wrong with the form of one request, so that it can be said all at once. */
final class Violations {
    private final List<Violation> found = new ArrayList<>();

    void at(String pointer, ProblemCode code, String detail) {
        found.add(Violation.at(pointer, code, detail));
    }

    void in(String parameter, ProblemCode code, String detail) {
        found.add(Violation.in(parameter, 0, code, detail));
    }

    List<Violation> found() {
        return List.copyOf(found);
    }

    void refuseIfAny() {
        if (!found.isEmpty()) {
            throw new Refusal(Problem.of(found));
        }
    }
}
