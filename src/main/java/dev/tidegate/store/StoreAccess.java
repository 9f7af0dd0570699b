package dev.tidegate.store;

import java.time.Duration;
import java.util.Optional;

/** How the gateway reaches one data store, and with how many connections. The password never shows in its text. */
public record StoreAccess(PostgresUri uri, String username, String password, PoolShape pool) {

    /**
     * {@code waitTimeout} is the longest wait for a free connection; {@code statementTimeout} the server's own limit on one
     * statement, absent means the server's default.
     */
    public record PoolShape(
            int maxSize,
            int pipelining,
            Duration connectTimeout,
            Duration waitTimeout,
            Duration idleTimeout,
            Optional<Duration> statementTimeout) {
        public PoolShape {
            if (maxSize < 1 || pipelining < 1) {
                throw new IllegalArgumentException("max-size and pipelining of a pool are at least 1");
            }
        }
    }

    @Override
    public String toString() {
        return uri.text() + " as " + username;
    }
}
