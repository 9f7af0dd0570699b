package dev.tidegate.ops;

import dev.tidegate.model.StoreName;
import dev.tidegate.store.StoreAccess;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.SQLException;
import java.util.Map;
import java.util.Properties;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/** Puts the demo's tables and rows into its stores when the demo is served; later, when a store is away at start. */
@Singleton
final class DemoRows {
    private static final Logger LOG = Logger.getLogger(DemoRows.class);
    private static final long RETRY_SECONDS = 5;

    private final Hosting hosting;
    private final Map<StoreName, StoreAccess> stores;
    private final ScheduledExecutorService retries = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("demo rows").factory());

    private final Set<DemoStore> warned = ConcurrentHashMap.newKeySet();

    DemoRows(Hosting hosting, ConfiguredStores stores) {
        this.hosting = hosting;
        this.stores = stores.all();
    }

    void install(@Observes @Priority(StartOrder.DEMO) StartupEvent start) {
        if (hosting.servesDemo()) {
            for (DemoStore store : DemoStore.values()) {
                install(store);
            }
        }
    }

    void stop(@Observes ShutdownEvent stop) {
        retries.shutdownNow();
    }

    private void install(DemoStore store) {
        StoreAccess access = stores.get(new StoreName(store.label()));
        if (access == null) {
            return;
        }
        try (Connection connection = connect(access)) {
            if (store.install(connection)) {
                LOG.infof("The demo's tables and rows of store '%s' are made in %s.", store.label(), access.uri());
            }
        } catch (SQLException away) {
            Logger.Level level = warned.add(store) ? Logger.Level.WARN : Logger.Level.DEBUG;
            LOG.logf(level, "The demo's rows cannot be made in %s yet: %s", access.uri(), away.getMessage());
            var _ = retries.schedule(() -> install(store), RETRY_SECONDS, TimeUnit.SECONDS);
        }
    }

    private static Connection connect(StoreAccess access) throws SQLException {
        Properties login = new Properties();
        login.setProperty("user", access.username());
        login.setProperty("password", access.password());
        login.setProperty("connectTimeout", "5");
        login.setProperty("ApplicationName", "tidegate");
        Driver driver = ServiceLoader.load(Driver.class).stream()
                .filter(provider -> provider.type().getName().equals("org.postgresql.Driver"))
                .map(ServiceLoader.Provider::get)
                .findFirst()
                .orElseThrow();
        return driver.connect(access.uri().jdbc(), login);
    }
}
