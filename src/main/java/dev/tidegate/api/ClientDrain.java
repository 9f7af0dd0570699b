package dev.tidegate.api;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerResponse;
import java.time.Duration;

/** Waits until a client has taken what was sent to it, though not for ever. Lives on the event loop of its request. */
final class ClientDrain {
    private static final long NO_TIMER = -1;

    private final Vertx vertx;
    private final Duration stall;
    private final HttpServerResponse response;
    private long timer = NO_TIMER;

    ClientDrain(Vertx vertx, Duration stall, HttpServerResponse response) {
        this.vertx = vertx;
        this.stall = stall;
        this.response = response;
    }

    /** One of the two happens, unless it is stopped before: the client has taken it, or took nothing for too long. */
    void await(Runnable taken, Runnable stalled) {
        timer = vertx.setTimer(stall.toMillis(), _ -> {
            timer = NO_TIMER;
            stalled.run();
        });
        response.drainHandler(_ -> {
            stop();
            taken.run();
        });
    }

    void stop() {
        if (timer != NO_TIMER) {
            var _ = vertx.cancelTimer(timer);
            timer = NO_TIMER;
        }
    }
}
