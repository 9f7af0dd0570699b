package dev.tidegate.edition;

import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Lets one work at a time go on; who comes meanwhile waits, in order. */
final class Turns {
    private final Deque<UniEmitter<? super Void>> waiting = new ArrayDeque<>();
    private boolean taken;

    /** Goes on to its end also when nobody waits for that any more. */
    <T> Uni<T> take(Supplier<Uni<T>> work) {
        return Uni.createFrom()
                .emitter(result -> Uni.createFrom()
                        .<Void>emitter(this::enter)
                        .flatMap(_ -> work.get())
                        .onTermination()
                        .invoke(this::leave)
                        .subscribe()
                        .with(result::complete, result::fail));
    }

    private void enter(UniEmitter<? super Void> one) {
        synchronized (waiting) {
            if (taken) {
                waiting.add(one);
                return;
            }
            taken = true;
        }
        one.complete(null);
    }

    private void leave() {
        @Nullable UniEmitter<? super Void> next;
        synchronized (waiting) {
            next = waiting.poll();
            taken = next != null;
        }
        if (next != null) {
            next.complete(null);
        }
    }
}
