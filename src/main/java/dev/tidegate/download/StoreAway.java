package dev.tidegate.download;

import dev.tidegate.model.StoreName;
import dev.tidegate.problem.Problem;
import dev.tidegate.problem.ProblemCode;
import dev.tidegate.problem.Refusal;
import java.time.Duration;
import java.util.List;

/** A store that cannot be asked just now takes its own part out of a download, not the others'. */
final class StoreAway {
    private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

    private StoreAway() {}

    static boolean is(Throwable failure) {
        return failure instanceof Refusal refusal
                && (refusal.problem().code() == ProblemCode.STORE_UNAVAILABLE
                        || refusal.problem().code() == ProblemCode.STORE_TIMEOUT);
    }

    static Refusal because(String detail) {
        return new Refusal(Problem.retryable(ProblemCode.STORE_UNAVAILABLE, detail, RETRY_AFTER));
    }

    /** What the client is told, by the failure that {@link #is} such a one. */
    static PullLine told(StoreName store, List<SetQueries> sets, Throwable failure) {
        return new PullLine.Unavailable(
                store,
                sets.stream().map(SetQueries::entity).toList(),
                ((Refusal) failure).problem().retryAfter().orElse(RETRY_AFTER));
    }
}
