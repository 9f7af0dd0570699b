package dev.tidegate.ops;

import dev.tidegate.read.Cursors;
import dev.tidegate.seal.Seal;
import dev.tidegate.store.PgCursorSecret;
import io.quarkus.runtime.StartupEvent;
import io.vertx.mutiny.sqlclient.Pool;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import org.jboss.logging.Logger;

/**
 * Gives cursors their secret: the configured one, else that of the gateway's database. Until that has been read (a gateway
 * that starts without its database still reads live) one of this process's own signs.
 */
@Singleton
final class CursorWiring {
    private static final Logger LOG = Logger.getLogger(CursorWiring.class);
    private static final int SHORTEST = 32;
    private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);

    void check(@Observes @Priority(StartOrder.CHECKS) StartupEvent start, TidegateConfig config) {
        config.cursor().secret().filter(secret -> secret.length() < SHORTEST).ifPresent(_ -> {
            throw new StartRefused("tidegate.cursor.secret needs at least " + SHORTEST
                    + " characters. Leave it out to use the one in the gateway's database.");
        });
    }

    @Produces
    @Singleton
    Cursors cursors(Seal seal) {
        return new Cursors(seal);
    }

    @Produces
    @Singleton
    Seal seal(TidegateConfig config) {
        return new Seal(config.cursor()
                .secret()
                .map(secret -> secret.getBytes(StandardCharsets.UTF_8))
                .orElseGet(CursorWiring::random));
    }

    void share(@Observes GatewayDatabaseReady ready, TidegateConfig config, Seal seal, Pool gatewayDatabase) {
        if (config.cursor().secret().isEmpty()) {
            var _ = new PgCursorSecret(gatewayDatabase)
                    .read()
                    .onFailure()
                    .retry()
                    .withBackOff(FIRST_PAUSE, LONGEST_PAUSE)
                    .indefinitely()
                    .subscribe()
                    .with(seal::share, failure -> LOG.error("The secret for cursors cannot be read.", failure));
        }
    }

    private static byte[] random() {
        byte[] secret = new byte[SHORTEST];
        new SecureRandom().nextBytes(secret);
        return secret;
    }
}
