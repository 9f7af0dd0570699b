package dev.tidegate.download;

import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Looks again and again while somebody listens, one look after the other; not at all while nobody does or what it would look at is not
 * usable. A look that fails is only the occasion for the next.
 */
final class Watch {
    private final Sight sight;
    private final WatchPace pace;
    private final WatchTimer timer;
    private final AtomicInteger listeners = new AtomicInteger();
    private final AtomicBoolean running = new AtomicBoolean();
    private volatile long noticedAt = System.nanoTime();

    /** What is looked at. */
    interface Sight {
        boolean isUsable();

        /** Whether something was noticed, and told. */
        Uni<Boolean> look();

        void rest();
    }

    Watch(Sight sight, WatchPace pace, WatchTimer timer) {
        this.sight = sight;
        this.pace = pace;
        this.timer = timer;
    }

    void join() {
        listeners.incrementAndGet();
        start();
    }

    void leave() {
        listeners.decrementAndGet();
    }

    private void start() {
        if (running.compareAndSet(false, true)) {
            round();
        }
    }

    private void round() {
        if (listeners.get() == 0) {
            stop();
        } else if (sight.isUsable()) {
            long began = System.nanoTime();
            sight.look().subscribe().with(noticed -> looked(noticed, began), _ -> again(pace.afterFailure()));
        } else {
            again(pace.afterFailure());
        }
    }

    private void looked(boolean noticed, long began) {
        long now = System.nanoTime();
        if (noticed) {
            noticedAt = now;
        }
        again(pace.after(Duration.ofNanos(now - began), Duration.ofNanos(now - noticedAt)));
    }

    private void again(Duration pause) {
        timer.after(pause, this::round);
    }

    /** Who has come in between begins anew. */
    private void stop() {
        sight.rest();
        running.set(false);
        if (listeners.get() > 0) {
            start();
        }
    }
}
