package dev.tidegate.problem;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Carries a {@link Problem} out of a flow to whoever answers the client. It is an answer, not a bug: no stack trace. Its cause,
 * where it has one, is the failure that the problem stands for, which the client is never told.
 */
public final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Problem problem;

    public Refusal(Problem problem) {
        this(problem, null);
    }

    public Refusal(Problem problem, @Nullable Throwable cause) {
        super(problem.code() + ": " + problem.detail(), cause, false, false);
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
