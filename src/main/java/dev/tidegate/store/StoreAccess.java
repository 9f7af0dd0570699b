package dev.tidegate.store;

import java.time.Duration;
import java.util.Optional;

/** How the gateway reaches one data store, and with how many connections. The password never shows in its text. */
public record StoreAccess(PostgresUri uri, String username, String password, PoolShape pool) {

    /**
     * {@code maxSize} connections for live calls and {@code applySize} for the gateway's own work; {@code statementTimeout} is
     * the server's own limit on one statement, absent means the server's default.
     */
    public record PoolShape(
            int maxSize,
            int applySize,
            int pipelining,
            Duration connectTimeout,
            Duration idleTimeout,
            Optional<Duration> statementTimeout) {
        public PoolShape {
            if (maxSize < 1 || applySize < 1 || pipelining < 1) {
                throw new IllegalArgumentException("max-size, apply-size and pipelining of a pool are at least 1");
            }
        }
    }

    @Override
    public String toString() {
        return uri.text() + " as " + username;
    }
}
