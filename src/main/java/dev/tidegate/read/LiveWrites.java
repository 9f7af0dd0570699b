package dev.tidegate.read;

import dev.tidegate.model.EntityName;
import dev.tidegate.model.Model;
import dev.tidegate.model.Profile;
import dev.tidegate.observation.Observation;
import dev.tidegate.observation.Observer;
import dev.tidegate.policy.Caller;
import dev.tidegate.policy.ChangeRules;
import dev.tidegate.policy.ChangeText;
import dev.tidegate.policy.Route;
import dev.tidegate.problem.ProblemCode;
import dev.tidegate.problem.Refusal;
import io.smallrye.mutiny.Uni;
import java.util.Optional;

/**
 * Live writes of online entities. For now they are only judged: what the rules refuse is told, and what they allow is
 * {@code not-implemented-yet}. Nothing is written.
 */
public final class LiveWrites {
    private final Model model;
    private final ChangeRules rules;
    private final Observer observer;

    public LiveWrites(Model model, ChangeRules rules, Observer observer) {
        this.model = model;
        this.rules = rules;
        this.observer = observer;
    }

    /** Fails with the {@link Refusal} that the client gets. */
    public Uni<Void> write(Profile profile, Caller caller, ChangeText change) {
        try {
            rules.decide(profile, caller.roles(), change, Route.LIVE).orRefuse();
            throw Refusal.of(
                    ProblemCode.NOT_IMPLEMENTED_YET,
                    "This change is allowed, but live writes come with the next release of the gateway.");
        } catch (Refusal refusal) {
            observer.see(new Observation.Refused(
                    Observation.Flow.WRITE,
                    known(change.entity()),
                    refusal.problem().code()));
            return Uni.createFrom().failure(refusal);
        }
    }

    private Optional<EntityName> known(String entity) {
        return KnownEntities.find(model, entity);
    }
}
