package dev.tidegate.ops;

import io.quarkus.runtime.ShutdownEvent;
import io.vertx.core.Vertx;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

/**
 * What the gateway does by the clock, until it stops: nothing begins any more once the work under way has ended, when the parts
 * that it would need are taken apart.
 */
@Singleton
final class Clockwork {
    private final Vertx vertx;
    private volatile boolean stopped;

    Clockwork(Vertx vertx) {
        this.vertx = vertx;
    }

    /** Does the work again and again, for the first time after {@code millis}. */
    void every(long millis, Runnable work) {
        every(millis, millis, work);
    }

    void every(long first, long millis, Runnable work) {
        vertx.setPeriodic(Math.max(1, first), millis, _ -> run(work));
    }

    /** Does the work once. */
    void after(long millis, Runnable work) {
        vertx.setTimer(Math.max(1, millis), _ -> run(work));
    }

    void stop(@Observes @Priority(StopOrder.CLOCKWORK) ShutdownEvent stop) {
        stopped = true;
    }

    private void run(Runnable work) {
        if (!stopped) {
            work.run();
        }
    }
}
