package dev.tidegate.download;

import java.time.Duration;

/**
 * How often a watch looks. After it has noticed something it looks {@code quick}ly for a while, since more is likely to come, and
 * else {@code slow}ly; after a failure it waits for {@code afterFailure}. Whatever the pace, looking takes at most a fifth of the time,
 * so that a store with many logs or a busy one is not asked the more the less it can answer.
 */
public record WatchPace(Duration quick, Duration slow, Duration afterFailure) {
    private static final Duration ALERT = Duration.ofSeconds(1);
    private static final int SHARE = 4;

    /** The pause after a look that took so long; {@code quiet}: for how long nothing has been noticed. */
    Duration after(Duration took, Duration quiet) {
        Duration usual = quiet.compareTo(ALERT) < 0 ? quick : slow;
        Duration fair = took.multipliedBy(SHARE);
        return usual.compareTo(fair) < 0 ? fair : usual;
    }
}
