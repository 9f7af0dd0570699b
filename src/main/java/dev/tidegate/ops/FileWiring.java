package dev.tidegate.ops;

import dev.tidegate.observation.Observer;
import dev.tidegate.store.FileLeftovers;
import dev.tidegate.store.PgFileContents;
import dev.tidegate.upload.FileShelf;
import dev.tidegate.upload.Retention;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.StartupEvent;
import io.vertx.mutiny.sqlclient.Pool;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;

/** Wires uploaded files: where they are kept, how many there are, and what forgets them. */
@Singleton
final class FileWiring {
    /** A file is bound as one value when it is applied, and PostgreSQL takes no message of a gigabyte. */
    private static final long LARGEST = 512L * 1024 * 1024;

    private static final int STEP = 10;
    private static final Duration PAUSE = Duration.ofMillis(200);
    private static final long COUNT_MILLIS = Duration.ofSeconds(30).toMillis();
    private static final long SWEEP_MILLIS = Duration.ofMinutes(10).toMillis();

    private volatile PgFileContents.Held held = PgFileContents.Held.NOTHING;

    @Produces
    @Singleton
    PgFileContents contents(Pool gatewayDatabase, TidegateConfig config) {
        return new PgFileContents(gatewayDatabase, config.database().timeout());
    }

    @Produces
    @Singleton
    FileShelf shelf(PgFileContents contents, TidegateConfig config, Observer observer) {
        TidegateConfig.Limits limits = config.limits();
        return new FileShelf(
                contents,
                new FileShelf.Limits(
                        limits.file().asLongValue(),
                        limits.filesPerCaller().asLongValue(),
                        limits.files().asLongValue()),
                observer);
    }

    void check(@Observes @Priority(StartOrder.CHECKS) StartupEvent start, TidegateConfig config) {
        long most = config.limits().file().asLongValue();
        if (most < 1 || most > LARGEST) {
            throw new StartRefused("tidegate.limits.file is " + most + " bytes: it has to be between 1 and " + LARGEST
                    + ", since a file is written to its store as one value.");
        }
    }

    void start(
            @Observes GatewayDatabaseReady ready,
            PgFileContents contents,
            FileShelf shelf,
            Clockwork clockwork,
            MeterRegistry registry) {
        Gauge.builder("tidegate.files.held", this, wiring -> wiring.held.files())
                .register(registry);
        Gauge.builder("tidegate.files.held.bytes", this, wiring -> wiring.held.bytes())
                .baseUnit("bytes")
                .register(registry);
        count(contents, shelf);
        clockwork.every(COUNT_MILLIS, () -> count(contents, shelf));
    }

    /** While the database is away the last count stands. */
    private void count(PgFileContents contents, FileShelf shelf) {
        contents.held()
                .subscribe()
                .with(
                        now -> {
                            held = now;
                            shelf.counted(now.bytes());
                        },
                        _ -> {});
    }

    void clean(
            @Observes GatewayDatabaseReady ready,
            Pool gatewayDatabase,
            Observer observer,
            TidegateConfig config,
            Clockwork clockwork) {
        TidegateConfig.Files ages = config.files();
        Duration deadline = config.database().timeout();
        Retention retention = new Retention(
                Map.of(
                        "files-incomplete",
                        place(gatewayDatabase, FileLeftovers.Kind.INCOMPLETE, deadline, ages.incomplete()),
                        "files-settled",
                        place(gatewayDatabase, FileLeftovers.Kind.SETTLED, deadline, ages.settled()),
                        "files-unused",
                        place(gatewayDatabase, FileLeftovers.Kind.UNUSED, deadline, ages.unused())),
                PAUSE,
                observer);
        long first = ThreadLocalRandom.current().nextLong(SWEEP_MILLIS);
        clockwork.after(first, () -> sweep(retention));
        clockwork.every(SWEEP_MILLIS, () -> sweep(retention));
    }

    private static Retention.Place place(Pool pool, FileLeftovers.Kind kind, Duration deadline, Duration age) {
        return new Retention.Place(new FileLeftovers(pool, kind, STEP, deadline), age);
    }

    private static void sweep(Retention retention) {
        retention.sweep().subscribe().with(_ -> {}, _ -> {});
    }
}
