package dev.tidegate.store;

import dev.tidegate.connectivity.StorePing;
import dev.tidegate.model.StoreName;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgConnection;
import io.vertx.pgclient.SslMode;
import io.vertx.sqlclient.PoolOptions;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * The connections to the data stores: for each configured store one pool for live calls and one for applying batches, so that
 * neither waits for the other, opened lazily, connection by connection. Sessions run in UTC and are named {@code tidegate}. It
 * judges nothing about a store; that is {@code connectivity}'s. Nobody is turned away here: who waits for a connection, and for
 * how long, is the matter of {@link StoreGuards} and of the worker.
 *
 * <p>Ask for {@link #pool} at each use and do not keep it: {@link #renew} replaces the pool of a store that was lost, so that
 * no request waits on a connection into nowhere.
 */
public final class StorePools implements StorePing, AutoCloseable {
    /** In characters: a read of a wide hierarchy with access rules is longer than the driver's default of 2,048. */
    private static final int LONGEST_KEPT_STATEMENT = 64 * 1024;

    /** Without traffic a shared line goes, and one into nowhere ends itself. */
    private static final Duration LONGEST_REST_OF_SHARED = Duration.ofSeconds(30);

    private final Vertx vertx;
    private final Map<StoreName, StoreAccess> configured;
    private final Map<StoreName, Pools> pools = new ConcurrentHashMap<>();
    private final Map<StoreName, PingLine> pingLines = new ConcurrentHashMap<>();
    private final Map<StoreName, SharedLines> sharedLines = new ConcurrentHashMap<>();

    private record Pools(Pool live, Pool apply) {
        void close() {
            live.closeAndForget();
            apply.closeAndForget();
        }
    }

    private StorePools(Vertx vertx, Map<StoreName, StoreAccess> configured) {
        this.vertx = vertx;
        this.configured = new TreeMap<>(configured);
    }

    /** {@code pingTimeout}: after how long a store that says nothing counts as not answering. */
    public static StorePools open(Vertx vertx, Map<StoreName, StoreAccess> configured, Duration pingTimeout) {
        StorePools pools = new StorePools(vertx, configured);
        configured.forEach((store, access) -> {
            pools.pools.put(store, pools.newPools(store, access));
            pools.sharedLines.put(
                    store,
                    new SharedLines(
                            vertx,
                            () -> pools.connect(store, LONGEST_REST_OF_SHARED),
                            access.pool().pipelining()));
            pools.pingLines.put(store, new PingLine(vertx, connectOptions(access, pingTimeout), pingTimeout));
        });
        return pools;
    }

    public Set<StoreName> stores() {
        return configured.keySet();
    }

    /** Where the store is, without secrets: for a log line or the operator. */
    public String describe(StoreName store) {
        return access(store).toString();
    }

    /** The pool of a configured store for live calls; its bare Vert.x pool is {@code getDelegate()}. */
    public Pool pool(StoreName store) {
        return pools(store).live();
    }

    /** The pool of a configured store for applying batches. */
    public Pool applyPool(StoreName store) {
        return pools(store).apply();
    }

    /** The connection that the event loop at hand shares among its short statements, if there is one with room. */
    Optional<SharedLine> sharedLine(StoreName store) {
        SharedLines lines = sharedLines.get(store);
        if (lines == null) {
            throw unknown(store);
        }
        return lines.free();
    }

    /**
     * A connection outside the pool, for whoever holds it long; it is the caller's to close. One on which nothing moves for
     * {@code longestSilence} closes itself.
     */
    Future<PgConnection> connect(StoreName store, Duration longestSilence) {
        StoreAccess access = access(store);
        Duration patience = access.pool().connectTimeout();
        PgConnectOptions options = connectOptions(access, patience);
        options.setIdleTimeout(Math.toIntExact(longestSilence.toMillis()));
        options.setIdleTimeoutUnit(TimeUnit.MILLISECONDS);
        Future<PgConnection> connecting = PgConnection.connect(vertx, options);
        return connecting
                .timeout(patience.toMillis(), TimeUnit.MILLISECONDS)
                .onFailure(_ -> connecting.onSuccess(PgConnection::close));
    }

    /** Replaces the pools and drops all connections of the old ones, also those that a request waits on. */
    public void renew(StoreName store) {
        Pools old = pools.put(store, newPools(store, access(store)));
        if (old != null) {
            old.close();
        }
        SharedLines lines = sharedLines.get(store);
        if (lines != null) {
            lines.close();
        }
    }

    /** One round trip over a connection that serves nothing else, so that a busy pool does not look like a dead store. */
    @Override
    public Uni<Void> ping(StoreName store) {
        PingLine line = pingLines.get(store);
        return line == null ? Uni.createFrom().failure(unknown(store)) : line.ping();
    }

    @Override
    public void close() {
        pingLines.values().forEach(PingLine::close);
        sharedLines.values().forEach(SharedLines::close);
        pools.values().forEach(Pools::close);
    }

    private Pools pools(StoreName store) {
        Pools both = pools.get(store);
        if (both == null) {
            throw unknown(store);
        }
        return both;
    }

    private StoreAccess access(StoreName store) {
        StoreAccess access = configured.get(store);
        if (access == null) {
            throw unknown(store);
        }
        return access;
    }

    private static IllegalArgumentException unknown(StoreName store) {
        return new IllegalArgumentException("no store " + store + " is configured");
    }

    private Pools newPools(StoreName store, StoreAccess access) {
        return new Pools(
                newPool("store-" + store, access.pool().maxSize(), access),
                newPool("store-" + store + "-apply", access.pool().applySize(), access));
    }

    private Pool newPool(String name, int size, StoreAccess access) {
        StoreAccess.PoolShape shape = access.pool();
        PoolOptions options = new PoolOptions()
                .setName(name)
                .setShared(false)
                .setMaxSize(size)
                .setConnectionTimeout(0)
                .setIdleTimeout(Math.toIntExact(shape.idleTimeout().toMillis()))
                .setIdleTimeoutUnit(TimeUnit.MILLISECONDS);
        return Pool.newInstance(PgBuilder.pool()
                .with(options)
                .connectingTo(connectOptions(access, shape.connectTimeout()))
                .using(vertx)
                .build());
    }

    private static PgConnectOptions connectOptions(StoreAccess access, Duration connectTimeout) {
        PostgresUri uri = access.uri();
        PgConnectOptions options = new PgConnectOptions()
                .setHost(uri.host())
                .setPort(uri.port())
                .setDatabase(uri.database())
                .setUser(access.username())
                .setPassword(access.password())
                .setCachePreparedStatements(true)
                .setPreparedStatementCacheMaxSize(512)
                .setPreparedStatementCacheSqlLimit(LONGEST_KEPT_STATEMENT)
                .setPipeliningLimit(access.pool().pipelining())
                .addProperty("TimeZone", "UTC")
                .addProperty("DateStyle", "ISO")
                .addProperty("application_name", "tidegate");
        options.setConnectTimeout(Math.toIntExact(connectTimeout.toMillis()));
        options.setTcpKeepAlive(true);
        uri.sslMode().map(SslMode::of).ifPresent(mode -> encrypt(options, mode));
        access.pool()
                .statementTimeout()
                .ifPresent(limit -> options.addProperty("statement_timeout", Long.toString(limit.toMillis())));
        return options;
    }

    /** {@code require} encrypts and trusts whoever answers, as libpq does; the verifying modes need the JVM's trust store. */
    private static void encrypt(PgConnectOptions options, SslMode mode) {
        options.setSslMode(mode);
        switch (mode) {
            case DISABLE -> {}
            case ALLOW, PREFER, REQUIRE -> options.setTrustAll(true);
            case VERIFY_CA -> options.setHostnameVerificationAlgorithm("");
            case VERIFY_FULL -> options.setHostnameVerificationAlgorithm("HTTPS");
        }
    }
}
