package dev.tidegate.store;

import java.util.concurrent.TimeUnit;

/**
 * How long one statement keeps a connection of its store busy, as averages in which each further time counts for an eighth.
 * A connection of its own tells how long a caller waits; where many run at a time that says more of the others than of the
 * statement. A shared line tells how long the store is busy with it. So what has not taken long alone is tried on a line now and then,
 * and is quick once it has proven to be so there. A single long time takes that away for some dozens of others.
 */
final class Pace {
    private static final int PROVEN = 16;
    private static final int PROVEN_SHARED = 4;
    private static final int WEIGHT = 8;
    private static final long TRIED_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final long QUICK_NANOS = TimeUnit.MILLISECONDS.toNanos(3);

    /** Of so many times one is a trial; of ever fewer while trials are long. */
    private static final int OFTEN = 16;

    private static final int RARELY = 1_024;

    private final Average alone = new Average();
    private final Average shared = new Average();
    private int every = OFTEN;
    private int sinceTrial;

    private static final class Average {
        private int times;
        private long nanos;

        void add(long spent) {
            times = Math.min(PROVEN, times + 1);
            // The first times count alike, lest the very first, with its parsing and planning, outweigh them.
            nanos += (spent - nanos) / Math.min(times, WEIGHT);
        }
    }

    synchronized void tookAlone(long nanos) {
        alone.add(nanos);
    }

    synchronized void tookShared(long nanos) {
        shared.add(nanos);
        every = nanos <= QUICK_NANOS ? OFTEN : Math.min(RARELY, 2 * every);
    }

    /** Nanoseconds of a shared line. */
    synchronized long expected() {
        return shared.nanos;
    }

    synchronized boolean isQuick() {
        return shared.times >= PROVEN_SHARED && shared.nanos <= QUICK_NANOS;
    }

    /** Whether this time is to be a trial. */
    synchronized boolean isTrial() {
        if (alone.times < PROVEN || alone.nanos > TRIED_NANOS || ++sinceTrial < every) {
            return false;
        }
        sinceTrial = 0;
        return true;
    }
}
