package dev.tidegate.ops;

import dev.tidegate.model.Model;
import dev.tidegate.observation.Observer;
import dev.tidegate.policy.ChangeRules;
import dev.tidegate.policy.QueryRules;
import dev.tidegate.read.Cursors;
import dev.tidegate.read.LiveReads;
import dev.tidegate.read.LiveWrites;
import dev.tidegate.read.RowSource;
import dev.tidegate.store.GuardedRowSource;
import dev.tidegate.store.PgRowSource;
import dev.tidegate.store.StoreGuards;
import dev.tidegate.store.StorePools;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;

/** Puts together what live calls need. */
@Singleton
final class ReadWiring {

    @Produces
    @Singleton
    RowSource rowSource(StorePools pools, StoreGuards guards, TidegateConfig config) {
        return new GuardedRowSource(new PgRowSource(pools, config.limits().readTimeout()), guards);
    }

    @Produces
    @Singleton
    LiveReads liveReads(
            Model model,
            QueryRules rules,
            RowSource source,
            Cursors cursors,
            Clock clock,
            Observer observer) {
        return new LiveReads(model, rules, source, cursors, clock, observer);
    }

    @Produces
    @Singleton
    LiveWrites liveWrites(ChangeRules rules) {
        return new LiveWrites(rules);
    }
}
