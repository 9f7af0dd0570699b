package dev.tidegate.ops;

import dev.tidegate.model.Model;
import dev.tidegate.observation.Observer;
import dev.tidegate.ops.tracing.Tracing;
import dev.tidegate.policy.ChangeRules;
import dev.tidegate.policy.Rulebook;
import dev.tidegate.read.Cursors;
import dev.tidegate.read.LiveReads;
import dev.tidegate.read.LiveWrites;
import dev.tidegate.read.ObjectWriter;
import dev.tidegate.read.ReadPlans;
import dev.tidegate.read.RowSource;
import dev.tidegate.store.GuardedObjectWriter;
import dev.tidegate.store.PgObjectWriter;
import dev.tidegate.store.PreparedStores;
import dev.tidegate.store.StoreGuards;
import dev.tidegate.store.StorePools;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import jakarta.inject.Singleton;
import java.time.Clock;

/** Makes the parts of an edition that serve live calls. */
@Singleton
final class LiveParts {
    private final RowSource source;
    private final StorePools pools;
    private final StoreGuards guards;
    private final Cursors cursors;
    private final Clock clock;
    private final Observer observer;
    private final TidegateConfig config;
    private final Tracing tracing;

    LiveParts(
            RowSource source,
            StorePools pools,
            StoreGuards guards,
            Cursors cursors,
            Clock clock,
            Observer observer,
            TidegateConfig config,
            Tracing tracing) {
        this.source = source;
        this.pools = pools;
        this.guards = guards;
        this.cursors = cursors;
        this.clock = clock;
        this.observer = observer;
        this.config = config;
        this.tracing = tracing;
    }

    LiveReads reads(Model model, ReadPlans plans) {
        return new LiveReads(model, plans, source, cursors, clock, observer);
    }

    ObjectWriter writer(Model model, PreparedStores prepared) {
        return tracing.around(new GuardedObjectWriter(
                new PgObjectWriter(model, pools::pool, prepared, config.limits().writeTimeout()), guards));
    }

    LiveWrites writes(Rulebook rulebook, ChangeRules rules, ReadPlans plans, ObjectWriter writer) {
        return new LiveWrites(
                rulebook,
                rules,
                plans,
                new LiveWrites.Tools(writer, clock, observer, Infrastructure.getDefaultWorkerPool()));
    }
}
