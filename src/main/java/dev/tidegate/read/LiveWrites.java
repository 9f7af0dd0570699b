package dev.tidegate.read;

import dev.tidegate.model.Profile;
import dev.tidegate.policy.Caller;
import dev.tidegate.policy.ChangeRules;
import dev.tidegate.policy.ChangeText;
import dev.tidegate.policy.Route;
import dev.tidegate.problem.ProblemCode;
import dev.tidegate.problem.Refusal;
import io.smallrye.mutiny.Uni;

/**
 * Live writes of online entities. For now they are only judged: what the rules refuse is told, and what they allow is
 * {@code not-implemented-yet}. Nothing is written.
 */
public final class LiveWrites {
    private final ChangeRules rules;

    public LiveWrites(ChangeRules rules) {
        this.rules = rules;
    }

    /** Fails with the {@link Refusal} that the client gets. */
    public Uni<Void> write(Profile profile, Caller caller, ChangeText change) {
        try {
            rules.decide(profile, caller.roles(), change, Route.LIVE).orRefuse();
        } catch (Refusal refusal) {
            return Uni.createFrom().failure(refusal);
        }
        return Uni.createFrom()
                .failure(Refusal.of(
                        ProblemCode.NOT_IMPLEMENTED_YET,
                        "This change is allowed, but live writes come with the next release of the gateway."));
    }
}
