package dev.tidegate.ops;

import dev.tidegate.model.StoreName;
import dev.tidegate.store.CallLimits;
import dev.tidegate.store.PostgresUri;
import dev.tidegate.store.StoreAccess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What the configuration means as a whole, judged before anything is opened: which database serves each store, and who may
 * call. What cannot work is a {@link StartRefused} with what to set.
 */
final class Hosting {
    private final TidegateConfig config;
    private final Optional<String> embeddedIn;
    private final String host;
    private final boolean tokens;

    /**
     * {@code embeddedIn}: the folder of the embedded database, when there is one; {@code host}: where the API listens; {@code
     * tokens}: whether an identity provider says who calls.
     */
    Hosting(TidegateConfig config, Optional<String> embeddedIn, String host, boolean tokens) {
        this.config = config;
        this.embeddedIn = embeddedIn;
        this.host = host;
        this.tokens = tokens;
    }

    /** Without a model file, or with a copy of the demo's. */
    boolean servesDemo() {
        return config.model().map(Hosting::isDemo).orElse(true);
    }

    private static boolean isDemo(String file) {
        try {
            return Files.readString(Path.of(file)).equals(Demo.model());
        } catch (IOException | IllegalArgumentException unreadable) {
            return false;
        }
    }

    /** Configured users; without any, the demo's, but only where nobody else can reach them. None beside an identity provider. */
    UserBook users() {
        if (tokens && !config.users().isEmpty()) {
            throw new StartRefused(
                    "Users (tidegate.users.*) and an identity provider (quarkus.oidc.*) are both configured."
                            + " Passwords are for gateways without a provider: take one of the two away.");
        }
        if (!config.users().isEmpty()) {
            return UserBook.of(config.users());
        }
        if (tokens || embeddedIn.isEmpty()) {
            return UserBook.of(Map.of());
        }
        if (!isLoopback(host)) {
            throw new StartRefused(
                    "The embedded default knows the demo's users, whose passwords are public, and would listen on "
                            + host + ". Listen on 127.0.0.1 (QUARKUS_HTTP_HOST), or configure users of your own"
                            + " (TIDEGATE_USERS_<NAME>_PASSWORD and _ROLES), or a database (TIDEGATE_DATABASE_URL).");
        }
        return UserBook.ofDemo();
    }

    boolean hasDemoUsers() {
        return config.users().isEmpty() && embeddedIn.isPresent() && !tokens;
    }

    /** Whether a DBA prepares the store, and the gateway only makes sure. */
    boolean isVerified(StoreName store) {
        return configured(store).schema() == TidegateConfig.Schema.VERIFY;
    }

    /** The stores that have an address, whether or not a model names them: one that comes later may. */
    Set<StoreName> configured() {
        return config.stores().entrySet().stream()
                .filter(store -> store.getValue().url().isPresent())
                .map(store -> new StoreName(store.getKey()))
                .collect(Collectors.toSet());
    }

    /** How each of these stores is reached. */
    Map<StoreName, StoreAccess> stores(Set<StoreName> named) {
        Map<StoreName, StoreAccess> stores = new TreeMap<>();
        named.forEach(store -> stores.put(store, access(store)));
        return stores;
    }

    /** The gateway's own database, for people: its folder or its address. */
    String database() {
        return embeddedIn
                .map(folder -> "embedded PostgreSQL in " + folder)
                .orElseGet(() -> config.database()
                        .url()
                        .map(url -> PostgresUri.parse(url).text())
                        .orElse("as quarkus.datasource has it"));
    }

    /** How many calls each of these stores may have. */
    Map<StoreName, CallLimits> limits(Set<StoreName> named) {
        Map<StoreName, CallLimits> limits = new TreeMap<>();
        named.forEach(store -> limits.put(store, limits(store, configured(store).pool())));
        return limits;
    }

    private static CallLimits limits(StoreName store, TidegateConfig.Pool pool) {
        try {
            return new CallLimits(
                    pool.maxSize(),
                    pool.maxWaiting(),
                    pool.waitTimeout(),
                    pool.maxStreams().orElseGet(() -> Math.max(1, pool.maxSize() / 2)));
        } catch (IllegalArgumentException senseless) {
            throw new StartRefused("tidegate.stores." + store + ".pool.*: " + senseless.getMessage());
        }
    }

    private TidegateConfig.Store configured(StoreName store) {
        return Objects.requireNonNull(config.stores().get(store.value()), "defaults");
    }

    private StoreAccess access(StoreName store) {
        TidegateConfig.Store configured = configured(store);
        StoreAccess.PoolShape shape = shape(configured.pool());
        if (configured.url().isPresent()) {
            return access(store, configured.url().get(), configured.username(), configured.password(), shape);
        }
        TidegateConfig.Database database = config.database();
        if (servesDemo() && DemoStore.named(store).isPresent() && database.url().isPresent()) {
            return access(store, database.url().get(), database.username(), database.password(), shape);
        }
        throw new StartRefused(
                "The model keeps entities in the store '" + store + "', which is not configured. Set TIDEGATE_STORES_"
                        + variable(store) + "_URL (and _USERNAME, _PASSWORD).");
    }

    private static StoreAccess access(
            StoreName store,
            String url,
            Optional<String> username,
            Optional<String> password,
            StoreAccess.PoolShape shape) {
        try {
            PostgresUri uri = PostgresUri.parse(url);
            return new StoreAccess(
                    uri,
                    username.or(uri::username)
                            .orElseThrow(() -> new StartRefused(
                                    "The store '" + store + "' has a URL and no user. Set TIDEGATE_STORES_"
                                            + variable(store) + "_USERNAME.")),
                    password.or(uri::password).orElse(""),
                    shape);
        } catch (IllegalArgumentException unreadable) {
            throw new StartRefused("The URL of the store '" + store + "' cannot be used. " + unreadable.getMessage());
        }
    }

    private StoreAccess.PoolShape shape(TidegateConfig.Pool pool) {
        return new StoreAccess.PoolShape(
                pool.maxSize(),
                pool.applySize(),
                pool.pipelining(),
                pool.connectTimeout(),
                pool.idleTimeout(),
                statementTimeout(pool));
    }

    /** The server ends a statement a little before the gateway gives up on it, so that none goes on for nobody. */
    private Optional<Duration> statementTimeout(TidegateConfig.Pool pool) {
        Duration patience = config.limits().readTimeout();
        return Optional.of(pool.statementTimeout().orElseGet(() -> patience.minus(patience.dividedBy(20))))
                .filter(limit -> !limit.isZero());
    }

    private static String variable(StoreName store) {
        return store.value().toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "_");
    }

    private static boolean isLoopback(String host) {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException unknown) {
            return false;
        }
    }
}
