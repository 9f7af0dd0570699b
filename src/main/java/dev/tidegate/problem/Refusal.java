package dev.tidegate.problem;

import java.util.List;

/** Carries a {@link Problem} out of a flow to whoever answers the client. It is an answer, not a bug: no stack trace. */
public final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Problem problem;

    public Refusal(Problem problem) {
        super(problem.code() + ": " + problem.detail(), null, false, false);
        this.problem = problem;
    }

    public static Refusal of(ProblemCode code, String detail) {
        return new Refusal(Problem.of(code, detail));
    }

    public static Refusal of(List<Violation> violations) {
        return new Refusal(Problem.of(violations));
    }

    public Problem problem() {
        return problem;
    }
}
