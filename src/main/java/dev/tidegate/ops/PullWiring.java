package dev.tidegate.ops;

import dev.tidegate.download.Pulls;
import dev.tidegate.model.Model;
import dev.tidegate.observation.Observer;
import dev.tidegate.ops.tracing.Tracing;
import dev.tidegate.policy.DownloadRules;
import dev.tidegate.policy.Rulebook;
import dev.tidegate.seal.Seal;
import dev.tidegate.store.PgClientBatches;
import dev.tidegate.store.PgStoreSnapshots;
import dev.tidegate.store.StoreGuards;
import dev.tidegate.store.StorePools;
import dev.tidegate.store.StoredProblems;
import io.vertx.mutiny.sqlclient.Pool;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;

/** Wires downloads. */
@Singleton
final class PullWiring {
    @Produces
    @Singleton
    Pulls pulls(
            Rulebook rulebook,
            StorePools pools,
            StoreGuards guards,
            Pool gatewayDatabase,
            Seal seal,
            Clock clock,
            Observer observer,
            TidegateConfig config,
            Tracing tracing) {
        Model model = rulebook.model();
        return new Pulls(
                model,
                new DownloadRules(rulebook),
                seal,
                new Pulls.Sources(
                        tracing.around(new PgStoreSnapshots(
                                pools::pool, guards, config.limits().pullTimeout())),
                        new PgClientBatches(gatewayDatabase, config.database().timeout()),
                        new StoredProblems()),
                clock,
                observer);
    }
}
