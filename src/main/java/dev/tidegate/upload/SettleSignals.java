package dev.tidegate.upload;

import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Tells those who wait for a batch, inside this process, that it has come further. */
final class SettleSignals {
    private final Map<BatchKey, Set<Waiting>> waiting = new ConcurrentHashMap<>();

    /** Somebody who waits; a signal between {@link #expect} and {@link #within} is not lost. */
    final class Waiting {
        private final BatchKey key;
        private boolean told;
        private UniEmitter<? super Boolean> emitter = new Nobody();

        private Waiting(BatchKey key) {
            this.key = key;
        }

        /** Completes at the signal or, without one, after {@code most}. */
        Uni<Boolean> within(Duration most) {
            return Uni.createFrom()
                    .<Boolean>emitter(this::listen)
                    .ifNoItem()
                    .after(most)
                    .recoverWithItem(false)
                    .onTermination()
                    .invoke(this::leave);
        }

        private synchronized void listen(UniEmitter<? super Boolean> listener) {
            if (told) {
                listener.complete(true);
            } else {
                emitter = listener;
            }
        }

        private synchronized void tell() {
            told = true;
            emitter.complete(true);
        }

        void leave() {
            waiting.computeIfPresent(key, (_, others) -> {
                others.remove(this);
                return others.isEmpty() ? null : others;
            });
        }
    }

    Waiting expect(BatchKey key) {
        Waiting one = new Waiting(key);
        waiting.compute(key, (_, others) -> {
            Set<Waiting> all = others == null ? ConcurrentHashMap.newKeySet() : others;
            all.add(one);
            return all;
        });
        return one;
    }

    void settled(BatchKey key) {
        waiting.getOrDefault(key, Set.of()).forEach(Waiting::tell);
    }

    /** To all who wait, whatever for. */
    void toAll() {
        waiting.values().forEach(all -> all.forEach(Waiting::tell));
    }

    /** Before anybody listens. */
    private static final class Nobody implements UniEmitter<Boolean> {
        @Override
        public void complete(Boolean item) {}

        @Override
        public void fail(Throwable failure) {}

        @Override
        public UniEmitter<Boolean> onTermination(Runnable onTermination) {
            return this;
        }
    }
}
