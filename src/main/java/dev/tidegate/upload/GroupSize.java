package dev.tidegate.upload;

import java.time.Duration;

/**
 * How many operations a group may have, so that its transaction is over in about a second: what a crash undoes, and how long
 * others wait for rows, is bounded by time, whatever an operation costs. After a group that was longer under way it is what would
 * have taken a second, or half of what it was if that is more; after a full one that took less than half a second it is twice as much. It begins with
 * few, since a process that has just started is slow.
 */
final class GroupSize {
    private static final Duration LONG = Duration.ofSeconds(1);
    private static final int LEAST = 64;

    private final int most;
    private int operations;

    GroupSize(int most) {
        this.most = most;
        this.operations = Math.min(most, 4 * LEAST);
    }

    synchronized int operations() {
        return operations;
    }

    /** A group of so many operations was applied in that time. */
    synchronized void took(int size, Duration time) {
        if (time.compareTo(LONG) > 0) {
            less(size, time);
        } else if (2L * size > operations && time.multipliedBy(2).compareTo(LONG) < 0) {
            operations = (int) Math.min(most, 2L * operations);
        }
    }

    /** A group of so many operations failed after that time. */
    synchronized void failed(int size, Duration time) {
        if (time.compareTo(LONG) > 0) {
            less(size, time);
        }
    }

    private void less(int size, Duration time) {
        long ofSecond = size * LONG.toNanos() / time.toNanos();
        operations = (int) Math.min(operations, Math.max(Math.min(most, LEAST), Math.max(operations / 2, ofSecond)));
    }
}
