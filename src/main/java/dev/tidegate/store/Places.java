package dev.tidegate.store;

import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import io.smallrye.mutiny.subscription.UniEmitter;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A bounded number of places, and a bounded queue before them in which nobody waits for longer than a while. A place is handed
 * from who leaves to who has waited longest, on the event loop that the one who waits came from; for some milliseconds those on the
 * loop of who leaves go first, since a connection that belongs to it has just become free.
 */
final class Places {
    /** So long may others be let past who wait on the loop where a connection is at hand. */
    private static final long WAITS_FOR_OTHERS_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    private final int most;
    private final int mostWaiting;
    private final Duration patience;
    private final Deque<Place> queue = new ArrayDeque<>();
    private int taken;
    private boolean watched;

    Places(int most, int mostWaiting, Duration patience) {
        this.most = most;
        this.mostWaiting = mostWaiting;
        this.patience = patience;
    }

    /**
     * What {@code use} makes of a place, when there is one, at once or after a wait; it has to {@link Place#begin} and to
     * {@link Place#leave}. Fails with {@link NoPlace} otherwise.
     */
    <T> Uni<T> with(Function<Place, Uni<T>> use) {
        return Uni.createFrom().deferred(() -> {
            if (tryTake()) {
                return use.apply(new Place(null, Stage.GRANTED));
            }
            Place place = new Place(Vertx.currentContext(), Stage.WAITING);
            return Uni.createFrom()
                    .<Void>emitter(place::await)
                    .flatMap(_ -> use.apply(place))
                    .onCancellation()
                    .invoke(place::abandon);
        });
    }

    synchronized int taken() {
        return taken;
    }

    synchronized int waiting() {
        return queue.size();
    }

    private synchronized boolean tryTake() {
        if (taken == most) {
            return false;
        }
        taken++;
        return true;
    }

    private void handOn() {
        Place next;
        synchronized (this) {
            next = next();
            if (next == null) {
                taken--;
                return;
            }
        }
        next.on(next::grant);
    }

    /** Who has waited longest; before, while that is not for long, on the loop on which a connection has just become free. */
    private @Nullable Place next() {
        Place longest = queue.peek();
        if (longest != null && System.nanoTime() - longest.since < WAITS_FOR_OTHERS_NANOS) {
            Iterator<Place> waiting = queue.iterator();
            while (waiting.hasNext()) {
                Place place = waiting.next();
                if (place.thread == Thread.currentThread()) {
                    waiting.remove();
                    return place;
                }
            }
        }
        return queue.poll();
    }

    private synchronized boolean queueUp(Place waiting) {
        if (queue.size() == mostWaiting) {
            return false;
        }
        queue.add(waiting);
        watch();
        return true;
    }

    /** One timer for all who wait, since the first to come is the first to give up. */
    private synchronized void watch() {
        Place first = queue.peek();
        if (first != null && !watched) {
            watched = true;
            // Whole milliseconds and never none: timers of an event loop take no less.
            long wait = Math.max(0, TimeUnit.NANOSECONDS.toMillis(first.until - System.nanoTime())) + 1;
            var _ = Infrastructure.getDefaultWorkerPool().schedule(this::turnAway, wait, TimeUnit.MILLISECONDS);
        }
    }

    private void turnAway() {
        List<Place> late = new ArrayList<>();
        synchronized (this) {
            long now = System.nanoTime();
            for (Place first = queue.peek(); first != null && first.until - now <= 0; first = queue.peek()) {
                late.add(queue.remove());
            }
            watched = false;
            watch();
        }
        late.forEach(place -> place.on(place::giveUp));
    }

    private synchronized void forget(Place waiting) {
        queue.remove(waiting);
    }

    /** From waiting for it to having left it. Who goes away may do so at any moment, on any thread: no place is lost or left twice. */
    final class Place {
        private final @Nullable Context context;
        private final AtomicReference<Stage> stage;
        private final Thread thread = Thread.currentThread();
        private final long since = System.nanoTime();
        private final long until = since + patience.toNanos();
        private volatile @Nullable UniEmitter<? super Void> emitter;

        private Place(@Nullable Context context, Stage stage) {
            this.context = context;
            this.stage = new AtomicReference<>(stage);
        }

        /** False when nobody waits for what was to be done in it any more, and it was left already. */
        boolean begin() {
            return stage.compareAndSet(Stage.GRANTED, Stage.TAKEN);
        }

        void leave() {
            if (stage.getAndSet(Stage.LEFT) != Stage.LEFT) {
                handOn();
            }
        }

        private void await(UniEmitter<? super Void> waiting) {
            emitter = waiting;
            if (tryTake()) {
                grant();
            } else if (!queueUp(this)) {
                giveUp();
            }
        }

        private void grant() {
            UniEmitter<? super Void> waiting = emitter;
            if (waiting != null && stage.compareAndSet(Stage.WAITING, Stage.GRANTED)) {
                waiting.complete(null);
            } else {
                handOn();
            }
        }

        private void giveUp() {
            UniEmitter<? super Void> waiting = emitter;
            if (waiting != null && stage.compareAndSet(Stage.WAITING, Stage.LEFT)) {
                waiting.fail(new NoPlace());
            }
        }

        private void abandon() {
            if (stage.compareAndSet(Stage.WAITING, Stage.LEFT)) {
                forget(this);
            } else if (stage.compareAndSet(Stage.GRANTED, Stage.LEFT)) {
                handOn();
            }
        }

        private void on(Runnable step) {
            if (context == null) {
                step.run();
            } else {
                context.runOnContext(_ -> step.run());
            }
        }
    }

    private enum Stage {
        WAITING,
        GRANTED,
        TAKEN,
        LEFT
    }

    /** Every place is taken, and the queue full or the wait over. */
    static final class NoPlace extends RuntimeException {
        private static final long serialVersionUID = 1L;

        NoPlace() {
            super("no place in time", null, false, false);
        }
    }
}
