package dev.tidegate.upload;

import java.time.Duration;
import java.util.random.RandomGenerator;

/** Pauses after failures: doubling, bounded, and spread over half of their length. */
record Backoff(Duration first, Duration longest, RandomGenerator jitter) {

    Duration after(int failures) {
        long most = Math.min(longest.toMillis(), first.toMillis() << Math.min(failures, 16));
        return Duration.ofMillis(most / 2 + jitter.nextLong(most / 2 + 1));
    }
}
