package dev.tidegate.turns;

import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Supplier;

/** Lets so many things be under way at once; the others wait for their turn, in the order in which they came. */
public final class Turns {
    private final Object turn = new Object();
    private final Deque<Runnable> waiting = new ArrayDeque<>();
    private int free;

    public Turns(int atOnce) {
        this.free = atOnce;
    }

    /** The outcome of the work; a place is held until it has ended, also when nobody waits for it any more. */
    public <T> Uni<T> take(Supplier<Uni<T>> work) {
        return Uni.createFrom().emitter(emitter -> {
            synchronized (turn) {
                if (free == 0) {
                    waiting.add(() -> begin(work, emitter));
                    return;
                }
                free--;
            }
            begin(work, emitter);
        });
    }

    private <T> void begin(Supplier<Uni<T>> work, UniEmitter<? super T> emitter) {
        Uni.createFrom()
                .<T>deferred(() -> work.get())
                .subscribe()
                .with(
                        result -> {
                            next();
                            emitter.complete(result);
                        },
                        failure -> {
                            next();
                            emitter.fail(failure);
                        });
    }

    private void next() {
        Runnable next;
        synchronized (turn) {
            next = waiting.poll();
            if (next == null) {
                free++;
                return;
            }
        }
        next.run();
    }
}
