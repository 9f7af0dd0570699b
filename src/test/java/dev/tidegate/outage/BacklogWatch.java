package dev.tidegate.outage;

import dev.tidegate.testing.Until;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;

/**
 * Lets a crowd wait while too much of what was acknowledged is not applied yet. In a thread of its own: a disaster, or making it good
 * again, may take seconds, in which the crowd would send on.
 */
final class BacklogWatch implements AutoCloseable {
    private static final Duration EVERY = Duration.ofMillis(100);
    private static final String BEHIND =
            "SELECT coalesce(sum(last_position - settled_position), 0) FROM tidegate_queue.lane";

    private final StormServer queue;
    private final Crowd crowd;
    private final long most;
    private volatile long behind;
    private volatile boolean over;

    private BacklogWatch(StormServer queue, Crowd crowd, long most) {
        this.queue = queue;
        this.crowd = crowd;
        this.most = most;
    }

    static BacklogWatch over(StormServer queue, Crowd crowd, long most) {
        BacklogWatch watch = new BacklogWatch(queue, crowd, most);
        Thread.ofPlatform().name("backlog-watch").daemon().start(watch::watch);
        return watch;
    }

    /** Batches, as last seen. */
    long behind() {
        return behind;
    }

    private void watch() {
        while (!over) {
            look();
            Until.pause(EVERY);
        }
    }

    /** While the database is away nothing is acknowledged either, so what was known before holds. */
    private void look() {
        try (Connection connection = queue.connect()) {
            behind = FieldStore.number(connection, BEHIND);
            crowd.hold(behind > most);
        } catch (SQLException away) {
            // soon again
        }
    }

    @Override
    public void close() {
        over = true;
    }
}
