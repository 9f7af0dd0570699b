package dev.tidegate.testing;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;

/** Waits for what another process brings about. */
public final class Until {
    private Until() {}

    /** Looks again and again; an exception is a "not yet". */
    public static void holds(String what, Duration most, Callable<Boolean> condition) {
        long end = System.nanoTime() + most.toNanos();
        String last = "false";
        while (System.nanoTime() < end) {
            try {
                if (condition.call()) {
                    return;
                }
                last = "false";
            } catch (Exception notYet) {
                last = notYet.toString();
            }
            pause(Duration.ofMillis(20));
        }
        throw new AssertionError(what + ": not within " + most.toSeconds() + " s, at last: " + last);
    }

    public static void pause(Duration time) {
        LockSupport.parkNanos(time.toNanos());
    }
}
