package dev.tidegate.ops;

import dev.tidegate.connectivity.StoreStates;
import dev.tidegate.model.Model;
import dev.tidegate.model.StoreName;
import dev.tidegate.observation.Observer;
import dev.tidegate.policy.ChangeRules;
import dev.tidegate.policy.QueryRules;
import dev.tidegate.read.Cursors;
import dev.tidegate.read.LiveReads;
import dev.tidegate.read.LiveWrites;
import dev.tidegate.read.RowSource;
import dev.tidegate.store.BoundedRowSource;
import dev.tidegate.store.PgRowSource;
import dev.tidegate.store.StorePools;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;

/** Puts together what live calls need. */
@Singleton
final class ReadWiring {
    /** Two levels of expansion, and one to spare. */
    private static final int STATEMENTS_BETWEEN_PIECES = 3;

    @Produces
    @Singleton
    RowSource rowSource(StorePools pools, TidegateConfig config) {
        Duration piece = config.limits().readTimeout();
        Duration longestRest = config.limits().streamStall().plus(piece.multipliedBy(STATEMENTS_BETWEEN_PIECES));
        return new BoundedRowSource(
                new PgRowSource(pools, piece, longestRest), streams(pools.stores(), config.stores()));
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

    private static Map<StoreName, Integer> streams(Set<StoreName> stores, Map<String, TidegateConfig.Store> config) {
        Map<StoreName, Integer> streams = new TreeMap<>();
        stores.forEach(store -> {
            TidegateConfig.Pool pool = Objects.requireNonNull(config.get(store.value()), "defaults")
                    .pool();
            streams.put(store, pool.maxStreams().orElse(Math.max(1, pool.maxSize() / 2)));
        });
        return streams;
    }

    @Produces
    @Singleton
    LiveWrites liveWrites(ChangeRules rules) {
        return new LiveWrites(rules);
    }
}
