package dev.tidegate.ops;

import io.quarkus.vertx.http.HttpServerOptionsCustomizer;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.http.HttpServerOptions;
import jakarta.inject.Singleton;

/** Whether a client has to show a certificate on the TLS port, which the framework would only let be said when it is built. */
@Singleton
final class ClientCertificates implements HttpServerOptionsCustomizer {
    private final Wanted wanted;

    /** What a client has to show: nothing, or a certificate that one of the trust store has signed. */
    enum Wanted {
        NONE,
        REQUIRED
    }

    ClientCertificates(TidegateConfig config) {
        this.wanted = config.tls().clientCertificates();
    }

    @Override
    public void customizeHttpsServer(HttpServerOptions options) {
        if (wanted == Wanted.NONE) {
            return;
        }
        if (options.getTrustOptions() == null) {
            throw new StartRefused(
                    "tidegate.tls.client-certificates is required, but there is no trust store to judge them "
                            + "by: set quarkus.tls.<name>.trust-store, and quarkus.http.tls-configuration-name=<name>.");
        }
        options.setClientAuth(ClientAuth.REQUIRED);
    }
}
