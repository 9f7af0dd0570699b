package dev.tidegate.store;

import java.util.concurrent.TimeUnit;

/**
 * How long one statement has kept a connection of its store busy lately, as an average in which each further time counts for an eighth.
 * Quick is what has proven to be: a single long time takes that away for some dozens of others.
 */
final class Pace {
    private static final int PROVEN = 16;
    private static final int WEIGHT = 8;
    private static final long QUICK_NANOS = TimeUnit.MILLISECONDS.toNanos(3);

    private int times;
    private long nanos;

    synchronized void took(long spent) {
        times = Math.min(PROVEN, times + 1);
        // The first times count alike, lest the very first, with its parsing and planning, outweigh them.
        nanos += (spent - nanos) / Math.min(times, WEIGHT);
    }

    /** Nanoseconds. */
    synchronized long expected() {
        return nanos;
    }

    synchronized boolean isQuick() {
        return times == PROVEN && nanos <= QUICK_NANOS;
    }
}
