package dev.tidegate.ops;

import io.agroal.api.AgroalDataSource;
import io.agroal.api.AgroalDataSource.FlushMode;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Event;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.sql.SQLException;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.flywaydb.core.Flyway;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Brings the gateway's own database to the schema of this build, at start. A database that cannot be reached then is tried
 * again until it can, with the gateway running and unready; one that refuses this gateway stops the start.
 */
@Singleton
final class GatewayDatabase {
    private static final Logger LOG = Logger.getLogger(GatewayDatabase.class);
    private static final long RETRY_MILLIS = 2_000;

    /** PostgreSQL says these for a while and then no more: starting up, stopping, out of connections. */
    private static final Set<String> PASSING = Set.of("57P01", "57P02", "57P03", "53300");

    private final Flyway flyway;
    private final AgroalDataSource connections;
    private final Hosting hosting;
    private final Event<GatewayDatabaseReady> ready;
    private final ScheduledExecutorService retries = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("gateway database").factory());
    private volatile boolean migrated;

    GatewayDatabase(Flyway flyway, AgroalDataSource connections, Hosting hosting, Event<GatewayDatabaseReady> ready) {
        this.flyway = flyway;
        this.connections = connections;
        this.hosting = hosting;
        this.ready = ready;
    }

    /** Whether the schema is in place. */
    boolean isMigrated() {
        return migrated;
    }

    void open(@Observes @Priority(StartOrder.GATEWAY_DATABASE) StartupEvent start) {
        try {
            migrate();
        } catch (RuntimeException failure) {
            if (!passes(failure)) {
                throw new StartRefused("The gateway's database (" + hosting.database() + ") cannot be prepared: "
                        + rootMessage(failure));
            }
            LOG.warnf(
                    "The gateway's database (%s) cannot be reached: %s. Trying again until it can; not ready meanwhile.",
                    hosting.database(), rootMessage(failure));
            tryAgain();
        }
    }

    void close(@Observes ShutdownEvent stop) {
        retries.shutdownNow();
    }

    /**
     * Flyway does not give back a connection that breaks while it makes its acquaintance, and the pool counts it as taken for
     * ever: so each attempt begins with none.
     */
    private void tryAgain() {
        connections.flush(FlushMode.ALL);
        long jitter = ThreadLocalRandom.current().nextLong(RETRY_MILLIS / 2);
        var _ = retries.schedule(this::retry, RETRY_MILLIS + jitter, TimeUnit.MILLISECONDS);
    }

    private void retry() {
        try {
            migrate();
            LOG.info("The gateway's database is reachable now.");
        } catch (RuntimeException failure) {
            if (passes(failure)) {
                LOG.debugf("The gateway's database still cannot be reached: %s", rootMessage(failure));
            } else {
                LOG.errorf("The gateway's database cannot be prepared: %s. Trying again.", rootMessage(failure));
            }
            tryAgain();
        }
    }

    private void migrate() {
        flyway.migrate();
        migrated = true;
        ready.fire(new GatewayDatabaseReady());
    }

    private static boolean passes(Throwable failure) {
        for (@Nullable Throwable at = failure; at != null; at = at.getCause()) {
            if (at instanceof SocketException || at instanceof SocketTimeoutException) {
                return true;
            }
            if (at instanceof SQLException sql && sql.getSQLState() != null) {
                String state = sql.getSQLState();
                if (state.startsWith("08") || PASSING.contains(state)) {
                    return true;
                }
            }
        }
        return false;
    }

    private static String rootMessage(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        String message = root.getMessage() == null ? root.getClass().getSimpleName() : root.getMessage();
        return message.strip().replaceAll("\\s+", " ");
    }
}
