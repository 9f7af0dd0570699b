package dev.tidegate.store;

import dev.tidegate.download.ChangeWatch;
import dev.tidegate.download.ChangedLogs;
import dev.tidegate.model.AssociationName;
import dev.tidegate.model.EntityName;
import dev.tidegate.model.Model;
import dev.tidegate.model.StoreName;
import dev.tidegate.model.WatchedEntities;
import dev.tidegate.sql.LoggedTable;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Future;
import io.vertx.pgclient.PgConnection;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * Watches the change logs of PostgreSQL stores, each over a connection that serves nothing else. A look asks for what the snapshot of
 * the look before could not see, so that nothing is missed that commits late or out of order (store-protocol 12). What is not logged,
 * because the logs are not there yet, is not noticed; when they come, all that they are about counts as changed.
 */
public final class PgChangeWatch implements ChangeWatch {
    /** Looks follow each other closely: a connection on which nothing has moved for so long leads nowhere. */
    private static final Duration LONGEST_SILENCE = Duration.ofSeconds(30);

    private final Function<StoreName, Future<PgConnection>> connect;
    private final Duration deadline;
    private final Map<StoreName, Logs> logs = new HashMap<>();
    private final Map<StoreName, WatchLine> lines = new ConcurrentHashMap<>();

    /** The logs of one store, by name. */
    private record Logs(Map<String, EntityName> hierarchies, Map<String, AssociationName> pairs) {
        Set<String> names() {
            Set<String> names = new HashSet<>(hierarchies.keySet());
            names.addAll(pairs.keySet());
            return names;
        }

        ChangedLogs named(Set<String> changed) {
            Set<EntityName> roots = new HashSet<>();
            Set<AssociationName> associations = new HashSet<>();
            for (String log : changed) {
                EntityName root = hierarchies.get(log);
                if (root != null) {
                    roots.add(root);
                }
                AssociationName association = pairs.get(log);
                if (association != null) {
                    associations.add(association);
                }
            }
            return new ChangedLogs(roots, associations);
        }
    }

    /** {@code deadline}: after how long a look counts as failed. */
    public static PgChangeWatch over(StorePools pools, Model model, WatchedEntities watched, Duration deadline) {
        return new PgChangeWatch(
                pools.stores(), store -> pools.connect(store, LONGEST_SILENCE), model, watched, deadline);
    }

    PgChangeWatch(
            Set<StoreName> stores,
            Function<StoreName, Future<PgConnection>> connect,
            Model model,
            WatchedEntities watched,
            Duration deadline) {
        this.connect = connect;
        this.deadline = deadline;
        stores.forEach(store -> logs.put(store, new Logs(new HashMap<>(), new HashMap<>())));
        watched.entities()
                .keySet()
                .forEach(entity ->
                        of(model, entity).hierarchies().put(LoggedTable.logOf(model, entity), model.root(entity)));
        watched.pairs()
                .forEach(name -> model.findAssociation(name)
                        .ifPresent(association ->
                                of(model, association.from()).pairs().put(LoggedTable.logOf(association), name)));
    }

    private Logs of(Model model, EntityName entity) {
        return of(model.entity(entity).store());
    }

    private Logs of(StoreName store) {
        Logs of = logs.get(store);
        if (of == null) {
            throw new IllegalArgumentException("no store " + store + " is watched");
        }
        return of;
    }

    @Override
    public Uni<ChangedLogs> look(StoreName store) {
        Logs names = of(store);
        return lines.computeIfAbsent(store, _ -> new WatchLine(names.names(), () -> connect.apply(store), deadline))
                .look()
                .map(names::named);
    }

    @Override
    public void rest(StoreName store) {
        WatchLine line = lines.remove(store);
        if (line != null) {
            line.close();
        }
    }
}
