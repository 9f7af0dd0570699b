package dev.tidegate.store;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;

/** The place of one long call in a store, from {@link StoreGuards#enterStream} to {@link #close}. Every method may be called again. */
public final class StreamPermit implements AutoCloseable {
    private final CompletableFuture<Object> word = new CompletableFuture<>();
    private final AtomicBoolean open = new AtomicBoolean(true);
    private final Runnable release;

    StreamPermit(Runnable release) {
        this.release = release;
    }

    /** What the circuit hears about the call: the first of the methods below. */
    CompletableFuture<Object> word() {
        return word;
    }

    /** The store has begun to answer. */
    public void answered() {
        if (!word.isDone()) {
            word.complete(this);
        }
    }

    public void failed(Throwable failure) {
        word.completeExceptionally(failure);
    }

    /** Gives the place back. A call that ended before the store has said anything leaves no proof that it works. */
    @Override
    public void close() {
        if (open.compareAndSet(true, false)) {
            word.completeExceptionally(new LeftEarly());
            release.run();
        }
    }

    /** The client went away before the first row. */
    static final class LeftEarly extends RuntimeException {
        private static final long serialVersionUID = 1L;

        LeftEarly() {
            super("nobody waited for the store's answer", null, false, false);
        }
    }
}
