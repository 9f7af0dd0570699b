package dev.tidegate.ops;

import dev.tidegate.connectivity.StoreStates;
import dev.tidegate.model.Model;
import dev.tidegate.observation.Observer;
import dev.tidegate.policy.ChangeRules;
import dev.tidegate.policy.QueryRules;
import dev.tidegate.read.Cursors;
import dev.tidegate.read.LiveReads;
import dev.tidegate.read.LiveWrites;
import dev.tidegate.read.RowSource;
import dev.tidegate.store.PgRowSource;
import dev.tidegate.store.StorePools;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;

/** Puts together what live calls need. */
@Singleton
final class ReadWiring {

    @Produces
    @Singleton
    RowSource rowSource(StorePools pools, TidegateConfig config) {
        return new PgRowSource(pools, config.limits().readTimeout());
    }

    @Produces
    @Singleton
    LiveReads liveReads(
            Model model,
            QueryRules rules,
            RowSource source,
            StoreStates states,
            Cursors cursors,
            Clock clock,
            Observer observer) {
        return new LiveReads(model, rules, source, states, cursors, clock, observer);
    }

    @Produces
    @Singleton
    LiveWrites liveWrites(ChangeRules rules) {
        return new LiveWrites(rules);
    }
}
