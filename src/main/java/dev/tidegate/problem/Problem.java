package dev.tidegate.problem;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A refusal as the client sees it (RFC 9457): the code, a sentence, and every violation of the first stage that failed in
 * the order of the text or body. With violations, code and detail are the first one's. Nothing of a store (SQL, table
 * names, traces) is ever in one.
 */
public record Problem(ProblemCode code, String detail, List<Violation> violations, Optional<Duration> retryAfter) {

    public Problem {
        violations = List.copyOf(violations);
    }

    public static Problem of(ProblemCode code, String detail) {
        return new Problem(code, detail, List.of(), Optional.empty());
    }

    /** The problem that these violations make; there must be at least one. */
    public static Problem of(List<Violation> violations) {
        Violation first = violations.getFirst();
        return new Problem(first.code(), first.detail(), violations, Optional.empty());
    }

    public static Problem retryable(ProblemCode code, String detail, Duration retryAfter) {
        return new Problem(code, detail, List.of(), Optional.of(retryAfter));
    }

    /** The same of what stands at a pointer in a larger body. */
    public Problem below(String pointer) {
        return new Problem(
                code, detail, violations.stream().map(one -> one.below(pointer)).toList(), retryAfter);
    }
}
