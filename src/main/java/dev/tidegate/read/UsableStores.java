package dev.tidegate.read;

import dev.tidegate.connectivity.StoreStates;
import dev.tidegate.model.StoreName;
import dev.tidegate.problem.Problem;
import dev.tidegate.problem.ProblemCode;
import dev.tidegate.problem.Refusal;

/** Keeps live calls from stores that are believed down, and tells of those that fail. */
final class UsableStores {
    private final StoreStates states;

    UsableStores(StoreStates states) {
        this.states = states;
    }

    void require(StoreName store) {
        states.retryAfter(store).ifPresent(wait -> {
            throw new Refusal(Problem.retryable(
                    ProblemCode.STORE_UNAVAILABLE,
                    "Data store '" + store + "' is down at the moment. Try again later; offline batches are taken"
                            + " meanwhile.",
                    wait));
        });
    }

    /** A store that could not be reached is doubted, until a probe tells. */
    void doubt(StoreName store, Throwable failure) {
        if (failure instanceof Refusal refusal && refusal.problem().code() == ProblemCode.STORE_UNAVAILABLE) {
            states.doubt(store);
        }
    }
}
