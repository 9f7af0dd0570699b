package dev.tidegate.store;

import dev.tidegate.model.Model;
import dev.tidegate.model.StoreName;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Knows in which stores this process has prepared what the gateway keeps there ({@link StoreSchema}), and prepares the others
 * when somebody is about to write; those who ask at the same time wait for the same.
 */
public final class PreparedStores {
    private final StoreSchema schema;
    private final Function<StoreName, Pool> pools;
    private final Predicate<StoreName> verified;
    private final Set<StoreName> prepared = ConcurrentHashMap.newKeySet();
    private final Map<StoreName, Uni<Void>> underWay = new ConcurrentHashMap<>();

    public PreparedStores(Model model, Function<StoreName, Pool> pools) {
        this(model, pools, _ -> false);
    }

    /**
     * For all stores of these pools.
     *
     * @param verified tells the stores that somebody else prepares: of these it is only made sure that they are
     */
    public PreparedStores(Model model, Function<StoreName, Pool> pools, Predicate<StoreName> verified) {
        this.schema = new StoreSchema(model);
        this.pools = pools;
        this.verified = verified;
    }

    boolean isVerified(StoreName store) {
        return verified.test(store);
    }

    /** What the store lacks, in words. */
    Uni<List<String>> wanting(StoreName store) {
        return schema.wanting(store, pools.apply(store));
    }

    boolean are(StoreName store) {
        return prepared.contains(store);
    }

    /** Prepares the store unless that is done. */
    Uni<Void> ready(StoreName store) {
        return are(store) ? Uni.createFrom().voidItem() : prepare(store);
    }

    /** Prepares the store, whether or not that was done before. */
    Uni<Void> prepare(StoreName store) {
        return Uni.createFrom().deferred(() -> underWay.computeIfAbsent(store, this::preparing));
    }

    private Uni<Void> preparing(StoreName store) {
        return Uni.createFrom()
                .deferred(() -> isVerified(store) ? verify(store) : schema.prepare(store, pools.apply(store)))
                .invoke(() -> prepared.add(store))
                .onTermination()
                .invoke(() -> underWay.remove(store))
                .memoize()
                .indefinitely();
    }

    private Uni<Void> verify(StoreName store) {
        return wanting(store)
                .invoke(wanting -> {
                    if (!wanting.isEmpty()) {
                        throw new IllegalStateException("store '" + store + "': " + String.join("; ", wanting)
                                + ". Let a DBA run what 'store-ddl " + store + "' prints.");
                    }
                })
                .replaceWithVoid();
    }

    /** Somebody took away what was prepared: the next who writes prepares it again. */
    void forget(StoreName store) {
        prepared.remove(store);
    }
}
