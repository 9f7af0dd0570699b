package dev.tidegate.ops;

import dev.tidegate.store.DeadLetterCount;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.mutiny.sqlclient.Pool;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

/**
 * Counts the operations that could not be applied every ten seconds and shows it. While the database is away the last count
 * stands.
 */
@Singleton
final class DeadLetterGauges {
    private static final long INTERVAL_MILLIS = 10_000;

    private final DeadLetterCount count;
    private volatile DeadLetterCount.Kept kept = DeadLetterCount.Kept.NONE;

    DeadLetterGauges(Pool pool, TidegateConfig config) {
        this.count = new DeadLetterCount(pool, config.database().timeout());
    }

    void show(@Observes GatewayDatabaseReady ready, Clockwork clockwork, MeterRegistry registry) {
        Gauge.builder("tidegate.dead.letters", () -> kept.all()).register(registry);
        Gauge.builder("tidegate.dead.letters.given.up", () -> kept.givenUp()).register(registry);
        Gauge.builder("tidegate.dead.letters.oldest.age", () -> kept.oldestSeconds())
                .baseUnit("seconds")
                .register(registry);
        look();
        clockwork.every(INTERVAL_MILLIS, this::look);
    }

    private void look() {
        count.now().subscribe().with(now -> kept = now, _ -> {});
    }
}
