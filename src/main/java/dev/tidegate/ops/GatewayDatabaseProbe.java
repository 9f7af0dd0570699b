package dev.tidegate.ops;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jboss.logging.Logger;

/**
 * What is believed about the gateway's own database, asked at intervals and answered from memory, so that health checks
 * cost it nothing. Not reachable before the schema is in place.
 */
@Singleton
final class GatewayDatabaseProbe {
    private static final Logger LOG = Logger.getLogger(GatewayDatabaseProbe.class);
    private static final long INTERVAL_MILLIS = 1_000;

    private final Pool pool;
    private final Duration timeout;
    private final GatewayDatabase database;
    private final AtomicBoolean underWay = new AtomicBoolean();
    private volatile boolean answers;

    GatewayDatabaseProbe(Pool pool, TidegateConfig config, GatewayDatabase database) {
        this.pool = pool;
        this.timeout = config.database().timeout();
        this.database = database;
    }

    /** Whether the last probe was answered in time, by a database with the schema in place. */
    boolean isReachable() {
        return answers && database.isMigrated();
    }

    /** While the schema is being made: so connections are there, and the answer is known, when it is. */
    void begin(
            @Observes @Priority(StartOrder.GATEWAY_DATABASE_PROBE) StartupEvent start,
            Clockwork clockwork,
            MeterRegistry registry) {
        Gauge.builder("tidegate.database.up", this, probe -> probe.isReachable() ? 1 : 0)
                .register(registry);
        tick();
        clockwork.every(INTERVAL_MILLIS, this::tick);
    }

    private void tick() {
        if (underWay.compareAndSet(false, true)) {
            probe().onTermination()
                    .invoke(() -> underWay.set(false))
                    .subscribe()
                    .with(_ -> believe(true), _ -> believe(false));
        }
    }

    private Uni<Void> probe() {
        return pool.query("SELECT 1").execute().ifNoItem().after(timeout).fail().replaceWithVoid();
    }

    private void believe(boolean now) {
        if (answers != now) {
            LOG.logf(
                    now ? Logger.Level.INFO : Logger.Level.WARN,
                    now
                            ? "The gateway's database answers."
                            : "The gateway's database does not answer: not ready, batches are refused until it does.");
        }
        answers = now;
    }
}
