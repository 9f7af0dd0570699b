package dev.tidegate.upload;

import java.util.concurrent.atomic.AtomicReference;

/**
 * How much waits in the queue as far as this process knows: what was last counted in its database, and what this process has
 * taken in since. What other replicas take in, and what is settled, shows with the next count; so the limit of the whole
 * is kept to within what is sent between two counts.
 */
public final class Backlog {
    private final Limits limits;
    private final AtomicReference<Known> known = new AtomicReference<>(new Known(0, 0));

    /** Batches and bytes that may wait, in all and of one client. */
    public record Limits(long batches, long bytes, long clientBatches, long clientBytes) {
        public Limits {
            if (Math.min(Math.min(batches, bytes), Math.min(clientBatches, clientBytes)) < 1) {
                throw new IllegalArgumentException("a queue that takes nothing is none");
            }
        }
    }

    /** What waits, or what the total was when a count began. */
    public record Known(long batches, long bytes) {
        private Known plus(long moreBatches, long moreBytes) {
            return new Known(batches + moreBatches, bytes + moreBytes);
        }
    }

    public Backlog(Limits limits) {
        this.limits = limits;
    }

    /** To be asked for before a count begins, and handed back with its result. */
    public Known beforeCount() {
        return known.get();
    }

    /** So much was waiting; what this process has taken in since the count began comes on top. */
    public void counted(Known before, Known count) {
        known.updateAndGet(now ->
                count.plus(Math.max(0, now.batches() - before.batches()), Math.max(0, now.bytes() - before.bytes())));
    }

    void took(long batches, long bytes) {
        known.updateAndGet(now -> now.plus(batches, bytes));
    }

    QueueRoom room() {
        Known now = known.get();
        return new QueueRoom(
                now.batches() >= limits.batches() || now.bytes() >= limits.bytes(),
                limits.clientBatches(),
                limits.clientBytes());
    }
}
