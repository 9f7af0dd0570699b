package dev.tidegate.ops;

import dev.tidegate.connectivity.StoreStates;
import dev.tidegate.download.Pulls;
import dev.tidegate.ops.tracing.Tracing;
import dev.tidegate.seal.Seal;
import dev.tidegate.store.PgClientBatches;
import dev.tidegate.store.PgStoreSnapshots;
import dev.tidegate.store.StoreGuards;
import dev.tidegate.store.StorePools;
import dev.tidegate.store.StoredProblems;
import io.vertx.mutiny.sqlclient.Pool;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/** Wires what downloads read, whatever the model. */
@Singleton
final class PullWiring {
    @Produces
    @Singleton
    Pulls.Sources sources(
            StorePools pools, StoreGuards guards, Pool gatewayDatabase, TidegateConfig config, Tracing tracing) {
        return new Pulls.Sources(
                tracing.around(new PgStoreSnapshots(
                        pools::pool, guards, config.limits().pullTimeout())),
                new PgClientBatches(gatewayDatabase, config.database().timeout()),
                new StoredProblems());
    }

    @Produces
    @Singleton
    DownloadParts.Read read(
            StorePools pools, StoreStates states, Pool gatewayDatabase, Pulls.Sources sources, Seal seal) {
        return new DownloadParts.Read(pools, states, gatewayDatabase, sources, seal);
    }
}
