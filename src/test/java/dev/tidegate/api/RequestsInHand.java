package dev.tidegate.api;

import io.quarkus.vertx.http.runtime.filters.QuarkusRequestWrapper;
import io.vertx.ext.web.Router;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Counts the requests that are under way, by the signal that the server itself counts by: as long as there is one, a gateway
 * that is told to stop waits for it.
 */
@Singleton
class RequestsInHand {
    private final AtomicInteger count = new AtomicInteger();

    void install(@Observes Router router) {
        router.route().order(Integer.MIN_VALUE).handler(context -> {
            count.incrementAndGet();
            QuarkusRequestWrapper.get(context.request()).addRequestDoneHandler(_ -> count.decrementAndGet());
            context.next();
        });
    }

    int count() {
        return count.get();
    }
}
