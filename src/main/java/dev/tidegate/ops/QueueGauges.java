package dev.tidegate.ops;

import dev.tidegate.store.QueueDepth;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.mutiny.sqlclient.Pool;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

/** Shows how much is queued, as counted every few seconds; a scrape asks no database. While it is away the last count stands. */
@Singleton
final class QueueGauges {
    private static final long INTERVAL_MILLIS = 5_000;

    private final QueueDepth depth;
    private volatile QueueDepth.Depth counted = QueueDepth.Depth.EMPTY;

    QueueGauges(Pool pool, TidegateConfig config) {
        this.depth = new QueueDepth(pool, config.database().timeout());
    }

    void show(@Observes GatewayDatabaseReady ready, Vertx vertx, MeterRegistry registry) {
        Gauge.builder("tidegate.queue.batches", this, gauges -> gauges.counted.batches())
                .register(registry);
        Gauge.builder("tidegate.queue.oldest.age", this, gauges -> gauges.counted.oldestSeconds())
                .baseUnit("seconds")
                .register(registry);
        vertx.setPeriodic(INTERVAL_MILLIS, _ -> count());
    }

    private void count() {
        depth.now().subscribe().with(now -> counted = now, _ -> {});
    }
}
