package dev.tidegate.connectivity;

import dev.tidegate.model.EntityName;
import dev.tidegate.model.ModeClass;
import dev.tidegate.model.Model;
import dev.tidegate.model.Profile;
import dev.tidegate.model.StoreName;
import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Answers clients that ask whether they are online, from memory: the stores of the entities in question are usable. Waits
 * for nothing and answers with every store down. Who may know which store is down is the caller's matter, not judged here.
 */
public final class Connectivity {
    private final Model model;
    private final StoreStates states;

    public Connectivity(Model model, StoreStates states) {
        this.model = model;
        this.states = states;
    }

    /**
     * {@code stores}: those that the question is about, with what is believed; {@code unavailable}: the entities in question that
     * live in a store that is down; {@code retryAfter} stands when not online.
     */
    public record Answer(
            boolean online,
            Optional<Duration> retryAfter,
            Map<StoreName, Believed> stores,
            List<EntityName> unavailable) {
        public Answer {
            stores = Collections.unmodifiableMap(new TreeMap<>(stores));
            unavailable = List.copyOf(unavailable);
        }
    }

    /** A store's state, and what calls to it meet. */
    public record Believed(StoreState state, Circuit circuit) {}

    /** About everything that the model has. */
    public Answer ofAll() {
        return of(model.entities().keySet());
    }

    /** About what a profile reads and writes live: its online entities, in a profile of kind {@code web} all. */
    public Answer ofProfile(Profile profile) {
        List<EntityName> online = model.entities().keySet().stream()
                .filter(entity -> !profile.isOffline() || profile.modeClass(entity) == ModeClass.ONLINE)
                .toList();
        return online.isEmpty() ? ofAll() : of(online);
    }

    /** About these entities of the model. */
    public Answer of(Collection<EntityName> entities) {
        Set<StoreName> stores = new TreeSet<>();
        entities.forEach(entity -> stores.add(storeOf(entity)));
        Map<StoreName, Believed> believed = new TreeMap<>();
        stores.forEach(store -> believed.put(store, new Believed(states.of(store), states.circuit(store))));
        List<EntityName> unavailable = entities.stream()
                .filter(entity -> !states.of(storeOf(entity)).isUsable())
                .toList();
        Optional<Duration> retryAfter = stores.stream()
                .flatMap(store -> states.retryAfter(store).stream())
                .max(Comparator.naturalOrder());
        return new Answer(retryAfter.isEmpty(), retryAfter, believed, unavailable);
    }

    private StoreName storeOf(EntityName entity) {
        return model.entity(entity).store();
    }
}
