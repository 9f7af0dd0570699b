package dev.tidegate.download;

import dev.tidegate.download.HintBoard.Listener;
import dev.tidegate.model.AssociationName;
import dev.tidegate.model.ClientKey;
import dev.tidegate.model.EntityName;
import dev.tidegate.model.Model;
import dev.tidegate.model.Profile;
import dev.tidegate.model.RoleName;
import dev.tidegate.model.StoreName;
import dev.tidegate.observation.Observation;
import dev.tidegate.observation.Observation.ListeningEnd;
import dev.tidegate.observation.Observer;
import dev.tidegate.policy.HintRules;
import dev.tidegate.policy.HintScope;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Tells listeners when a pull would bring something or a batch of theirs was settled: one watch for each store, and one for settled
 * batches, however many listen; none where nobody does.
 *
 * <p>Watches ask again and again rather than being notified. A notification from a trigger would take PostgreSQL's one lock for all
 * notifications at every commit of the users' own writes, which the gateway may not delay (store-protocol 8); a question costs less
 * than one of their statements, and while no transaction ends it touches no table.
 *
 * <p>Settlements are watched in the gateway's database, since every replica settles there and it knows whose the batch is: what a
 * batch changed is noticed in the store's logs as anybody's changes are, and a moment earlier, so this is for what changed nothing.
 */
public final class ChangeHints {
    private static final String SETTLEMENTS = "queue";

    private final Model model;
    private final HintRules rules;
    private final Tools tools;
    private final int most;
    private final HintBoard board = new HintBoard();
    private final Map<StoreName, Watch> stores = new HashMap<>();
    private final Watch settlements;
    private final AtomicInteger listening = new AtomicInteger();

    /** What it works with, apart from the rules. */
    public record Tools(
            ChangeWatch changes,
            SettledWatch settled,
            Predicate<StoreName> usable,
            Observer observer,
            WatchTimer timer,
            WatchPace pace) {}

    /** {@code stores}: all that the model has; {@code most}: so many may listen at a time. */
    public ChangeHints(Set<StoreName> stores, Model model, HintRules rules, Tools tools, int most) {
        this.model = model;
        this.rules = rules;
        this.tools = tools;
        this.most = most;
        stores.forEach(store -> this.stores.put(store, watch(new InStore(store))));
        this.settlements = watch(new InQueue());
    }

    private Watch watch(Watch.Sight sight) {
        return new Watch(sight, tools.pace(), tools.timer());
    }

    /** Somebody listens until it is closed, which may be done twice. */
    public interface Listening extends AutoCloseable {
        @Override
        void close();
    }

    /**
     * From now on the ear is told whatever is noticed of the client and of what callers with these roles download in the profile.
     * When nothing was known until now of what concerns it, it is soon told of all that. Empty when as many listen as may.
     * Where another model is served by now, it is told so at once.
     */
    public Optional<Listening> listen(ClientKey client, Profile profile, Set<RoleName> roles, Ear ear) {
        if (listening.incrementAndGet() > most) {
            listening.decrementAndGet();
            return Optional.empty();
        }
        Listener listener = new Listener(client, rules.scope(profile, roles), ear);
        List<Watch> watches = watches(listener.scope());
        board.add(listener);
        watches.forEach(Watch::join);
        AtomicBoolean closed = new AtomicBoolean();
        return Optional.of(() -> {
            if (closed.compareAndSet(false, true)) {
                board.remove(listener);
                watches.forEach(Watch::leave);
                listening.decrementAndGet();
            }
        });
    }

    /** How many listen. */
    public int listeners() {
        return listening.get();
    }

    /** Whoever listens, or comes to do so still, is told that it is over, since this replica stops. */
    public void end() {
        board.end(ListeningEnd.SHUTDOWN);
    }

    /** Another model is served: whoever listens by this one, or comes to do so still, is told that it is over. */
    public void retire() {
        board.end(ListeningEnd.MODEL_CHANGED);
    }

    private List<Watch> watches(HintScope scope) {
        Set<StoreName> concerned = new HashSet<>();
        for (EntityName root : scope.hierarchies().keySet()) {
            concerned.add(model.entity(root).store());
        }
        for (AssociationName name : scope.pairs().keySet()) {
            model.findAssociation(name)
                    .ifPresent(pairs -> concerned.add(model.entity(pairs.from()).store()));
        }
        return Stream.concat(
                        Stream.of(settlements),
                        concerned.stream().map(store -> Objects.requireNonNull(stores.get(store), store::value)))
                .toList();
    }

    private void observe(String place, boolean noticed, long began) {
        tools.observer().see(new Observation.WatchLooked(place, noticed, Duration.ofNanos(System.nanoTime() - began)));
    }

    private final class InStore implements Watch.Sight {
        private final StoreName store;

        InStore(StoreName store) {
            this.store = store;
        }

        @Override
        public boolean isUsable() {
            return tools.usable().test(store);
        }

        @Override
        public Uni<Boolean> look() {
            long began = System.nanoTime();
            return tools.changes()
                    .look(store)
                    .invoke(changed -> observe(store.value(), !changed.isEmpty(), began))
                    .invoke(board::changed)
                    .map(changed -> !changed.isEmpty());
        }

        @Override
        public void rest() {
            tools.changes().rest(store);
        }
    }

    private final class InQueue implements Watch.Sight {
        @Override
        public boolean isUsable() {
            return true;
        }

        @Override
        public Uni<Boolean> look() {
            long began = System.nanoTime();
            return tools.settled()
                    .look(board::listens)
                    .invoke(settled -> observe(SETTLEMENTS, isNews(settled), began))
                    .invoke(board::settled)
                    .map(InQueue::isNews);
        }

        private static boolean isNews(Settlements settled) {
            return switch (settled) {
                case Settlements.Unknown _ -> true;
                case Settlements.Of(var clients) -> !clients.isEmpty();
            };
        }

        @Override
        public void rest() {
            tools.settled().rest();
        }
    }
}
