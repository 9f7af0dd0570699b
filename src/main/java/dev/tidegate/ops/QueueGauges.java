package dev.tidegate.ops;

import dev.tidegate.store.QueueDepth;
import dev.tidegate.upload.Backlog;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.mutiny.sqlclient.Pool;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.function.ToDoubleFunction;

/**
 * Counts what is queued every few seconds, shows it and tells the intake, which keeps its limits by it; neither a scrape nor a
 * batch asks a database for that. While it is away the last count stands.
 */
@Singleton
final class QueueGauges {
    private static final long INTERVAL_MILLIS = 5_000;

    private final QueueDepth depth;
    private final Backlog backlog;
    private final TidegateConfig.Limits limits;
    private volatile QueueDepth.Depth counted = QueueDepth.Depth.EMPTY;

    QueueGauges(Pool pool, Backlog backlog, TidegateConfig config) {
        this.depth = new QueueDepth(pool, config.database().timeout());
        this.backlog = backlog;
        this.limits = config.limits();
    }

    void show(@Observes GatewayDatabaseReady ready, Clockwork clockwork, MeterRegistry registry) {
        gauge("tidegate.queue.batches", QueueDepth.Depth::batches).register(registry);
        gauge("tidegate.queue.bytes", QueueDepth.Depth::bytes).baseUnit("bytes").register(registry);
        gauge("tidegate.queue.worst.lane.batches", QueueDepth.Depth::worstLane).register(registry);
        gauge("tidegate.queue.oldest.age", QueueDepth.Depth::oldestSeconds)
                .baseUnit("seconds")
                .register(registry);
        Gauge.builder("tidegate.queue.limit.batches", limits::queue).register(registry);
        Gauge.builder("tidegate.queue.limit.bytes", () -> limits.queueBytes().asLongValue())
                .baseUnit("bytes")
                .register(registry);
        gauge("tidegate.queue.parked", QueueDepth.Depth::parked).register(registry);
        count();
        clockwork.every(INTERVAL_MILLIS, this::count);
    }

    private Gauge.Builder<QueueGauges> gauge(String name, ToDoubleFunction<QueueDepth.Depth> value) {
        return Gauge.builder(name, this, gauges -> value.applyAsDouble(gauges.counted));
    }

    private void count() {
        Backlog.Known before = backlog.beforeCount();
        depth.now().subscribe().with(now -> counted(before, now), _ -> {});
    }

    private void counted(Backlog.Known before, QueueDepth.Depth now) {
        counted = now;
        backlog.counted(before, new Backlog.Known(now.batches(), now.bytes()));
    }
}
