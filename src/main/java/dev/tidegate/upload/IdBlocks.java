package dev.tidegate.upload;

import dev.tidegate.model.EntityName;
import dev.tidegate.model.Model;
import dev.tidegate.model.Profile;
import dev.tidegate.policy.Caller;
import dev.tidegate.policy.IdRules;
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

    public IdBlocks(Model model, IdRules rules, IdSource source) {
        this.model = model;
        this.rules = rules;
        this.source = source;
    }

    /** Fails with a {@link Refusal} where the caller could not create such objects, or the store does not answer. */
    public Uni<List<Long>> take(Profile profile, Caller caller, String entity, int count) {
        return Uni.createFrom().deferred(() -> {
            EntityName name = rules.decide(profile, caller.roles(), entity).orRefuse();
            return source.next(model.entity(name).store(), name, count);
        });
    }
}
