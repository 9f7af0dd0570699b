package dev.tidegate.download;

import dev.tidegate.model.ClientKey;
import dev.tidegate.model.EntityName;
import dev.tidegate.observation.Observation.ListeningEnd;
import dev.tidegate.policy.HintScope;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Who listens, by what concerns them and by client, so that what concerns ten thousand alike is decided once. Holds nothing but
 * listeners; a hint is handed on at once. For any thread: a listener that stands here when something was noticed hears of it.
 */
final class HintBoard {
    private final Map<HintScope, Set<Listener>> scopes = new ConcurrentHashMap<>();
    private final Map<ClientKey, Set<Listener>> clients = new ConcurrentHashMap<>();
    private volatile @Nullable ListeningEnd ended;

    /** Two are never equal: a client may listen twice. */
    static final class Listener {
        private final ClientKey client;
        private final HintScope scope;
        private final Ear ear;

        Listener(ClientKey client, HintScope scope, Ear ear) {
            this.client = client;
            this.scope = scope;
            this.ear = ear;
        }

        HintScope scope() {
            return scope;
        }
    }

    void add(Listener listener) {
        add(scopes, listener.scope, listener);
        add(clients, listener.client, listener);
        ListeningEnd how = ended;
        if (how != null) {
            listener.ear.end(how);
        }
    }

    void remove(Listener listener) {
        remove(scopes, listener.scope, listener);
        remove(clients, listener.client, listener);
    }

    boolean listens(ClientKey client) {
        return clients.containsKey(client);
    }

    void changed(ChangedLogs logs) {
        scopes.forEach((scope, listeners) -> {
            Set<EntityName> entities = scope.concernedBy(logs.hierarchies(), logs.pairs());
            if (!entities.isEmpty()) {
                listeners.forEach(listener -> listener.ear.hint(entities));
            }
        });
    }

    void settled(Settlements settlements) {
        switch (settlements) {
            case Settlements.Unknown _ ->
                scopes.forEach((scope, listeners) -> {
                    Set<EntityName> entities = scope.entities();
                    listeners.forEach(listener -> listener.ear.hint(entities));
                });
            case Settlements.Of(var settled) ->
                settled.forEach((client, entities) ->
                        clients.getOrDefault(client, Set.of()).forEach(listener -> listener.ear.hint(entities)));
        }
    }

    /** Also for those who come still. */
    void end(ListeningEnd how) {
        ended = how;
        each(listener -> listener.ear.end(how));
    }

    private void each(Consumer<Listener> action) {
        clients.values().forEach(listeners -> listeners.forEach(action));
    }

    private static <K> void add(Map<K, Set<Listener>> board, K key, Listener listener) {
        board.compute(key, (_, before) -> {
            Set<Listener> listeners = before == null ? ConcurrentHashMap.newKeySet() : before;
            listeners.add(listener);
            return listeners;
        });
    }

    private static <K> void remove(Map<K, Set<Listener>> board, K key, Listener listener) {
        board.computeIfPresent(key, (_, listeners) -> {
            listeners.remove(listener);
            return listeners.isEmpty() ? null : listeners;
        });
    }
}
