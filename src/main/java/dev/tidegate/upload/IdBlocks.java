package dev.tidegate.upload;

import dev.tidegate.connectivity.StoreStates;
import dev.tidegate.model.EntityName;
import dev.tidegate.model.Model;
import dev.tidegate.model.Profile;
import dev.tidegate.model.StoreName;
import dev.tidegate.policy.Caller;
import dev.tidegate.policy.IdRules;
import dev.tidegate.problem.Problem;
import dev.tidegate.problem.ProblemCode;
import dev.tidegate.problem.Refusal;
import io.smallrye.mutiny.Uni;
import java.util.List;

/** Blocks of ids that devices take along, to create objects with while they are offline. */
public final class IdBlocks {
    /** Ids of one block. */
    public static final int LARGEST = 1_000;

    private final Model model;
    private final IdRules rules;
    private final IdSource source;
    private final StoreStates states;

    public IdBlocks(Model model, IdRules rules, IdSource source, StoreStates states) {
        this.model = model;
        this.rules = rules;
        this.source = source;
        this.states = states;
    }

    /** Fails with a {@link Refusal} where the caller could not create such objects, or the store does not answer. */
    public Uni<List<Long>> take(Profile profile, Caller caller, String entity, int count) {
        return Uni.createFrom().deferred(() -> {
            EntityName name = rules.decide(profile, caller.roles(), entity).orRefuse();
            StoreName store = model.entity(name).store();
            states.retryAfter(store).ifPresent(wait -> {
                throw new Refusal(Problem.retryable(
                        ProblemCode.STORE_UNAVAILABLE,
                        "Data store '" + store + "', which gives the ids of '" + name + "', is down at the moment.",
                        wait));
            });
            return source.next(store, name, count);
        });
    }
}
