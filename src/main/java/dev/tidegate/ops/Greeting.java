package dev.tidegate.ops;

import dev.tidegate.edition.Editions;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/** The few lines at start that say what runs where, who may call, and how to end it. */
@Singleton
final class Greeting {
    private static final Logger LOG = Logger.getLogger("dev.tidegate");

    void greet(
            @Observes @Priority(StartOrder.GREETING) StartupEvent start,
            Hosting hosting,
            TidegateConfig config,
            Editions editions,
            UserBook users,
            Issuers issuers,
            ConfiguredStores stores,
            @ConfigProperty(name = "quarkus.http.host") String host,
            @ConfigProperty(name = "quarkus.http.port") int port,
            @ConfigProperty(name = "quarkus.management.port", defaultValue = "9000") int managementPort) {
        LOG.infof(
                "Serving %s (version %s) at http://%s:%d/v1, docs at /q/swagger-ui, health and metrics on port %d",
                config.model().map(path -> "the model " + path).orElse("the built-in demo"),
                editions.current().version(),
                host,
                port,
                managementPort);
        LOG.infof("Database: %s", hosting.database());
        stores.all().forEach((store, access) -> LOG.infof("Store '%s': %s", store, access));
        if (issuers.areConfigured()) {
            LOG.infof("Callers: with bearer tokens of %s", issuers);
        } else if (users.isEmpty()) {
            LOG.warn(
                    "Neither an identity provider (quarkus.oidc.*) nor users (tidegate.users.<name>.password and .roles)"
                            + " are configured: nobody can sign in.");
        } else {
            LOG.infof(
                    "Users%s: %s", hosting.hasDemoUsers() ? " of the demo, each with its name as password" : "", users);
        }
        LOG.info("Stop with Ctrl-C (SIGTERM)");
    }
}
