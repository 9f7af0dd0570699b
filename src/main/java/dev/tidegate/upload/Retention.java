package dev.tidegate.upload;

import dev.tidegate.observation.Observation;
import dev.tidegate.observation.Observer;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Forgets what is settled for longer than it is promised to be remembered, in short steps with pauses between them, so that
 * neither intake nor application notices. What fails is left for the next time.
 */
public final class Retention {
    private final Map<String, Place> places;
    private final Duration pause;
    private final Observer observer;
    private final AtomicBoolean underWay = new AtomicBoolean();

    /** What to clean, and how old it has to be for that. */
    public record Place(Leftovers leftovers, Duration age) {}

    /** @param places by a name for those who watch */
    public Retention(Map<String, Place> places, Duration pause, Observer observer) {
        this.places = Map.copyOf(places);
        this.pause = pause;
        this.observer = observer;
    }

    /** One pass over all places, one after the other; nothing if one is under way. */
    public Uni<Void> sweep() {
        if (!underWay.compareAndSet(false, true)) {
            return Uni.createFrom().voidItem();
        }
        return Multi.createFrom()
                .iterable(places.entrySet())
                .onItem()
                .transformToUniAndConcatenate(place -> sweep(place.getKey(), place.getValue()))
                .collect()
                .last()
                .replaceWithVoid()
                .onTermination()
                .invoke(() -> underWay.set(false));
    }

    private Uni<Boolean> sweep(String name, Place place) {
        Leftovers.Sweep sweep = place.leftovers().sweep(place.age());
        return Uni.createFrom()
                .deferred(sweep::next)
                .invoke(step -> observe(name, step))
                .onItem()
                .delayIt()
                .by(pause)
                .repeat()
                .whilst(Leftovers.Step::more)
                .collect()
                .last()
                .replaceWith(true)
                .onFailure()
                .recoverWithItem(false);
    }

    private void observe(String place, Leftovers.Step step) {
        if (step.forgotten() > 0) {
            observer.see(new Observation.Forgotten(place, step.forgotten()));
        }
    }
}
