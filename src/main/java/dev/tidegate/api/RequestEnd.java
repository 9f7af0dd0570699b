package dev.tidegate.api;

import io.vertx.ext.web.RoutingContext;
import java.util.concurrent.atomic.AtomicBoolean;

/** The end of a request: its response is sent whole, or its connection is gone. */
final class RequestEnd {
    private RequestEnd() {}

    /** Gives back what the request holds, once, at its end; at once if its client is gone already. */
    static void then(RoutingContext context, Runnable giveBack) {
        AtomicBoolean over = new AtomicBoolean();
        Runnable once = () -> {
            if (over.compareAndSet(false, true)) {
                giveBack.run();
            }
        };
        context.addEndHandler(_ -> once.run());
        if (context.response().closed()) {
            once.run();
        }
    }
}
