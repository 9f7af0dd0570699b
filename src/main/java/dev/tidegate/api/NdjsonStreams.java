package dev.tidegate.api;

import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Sends streams of lines as {@code application/x-ndjson}. */
@Singleton
final class NdjsonStreams {
    private final Means means;
    private final AtomicBoolean stopping = new AtomicBoolean();

    NdjsonStreams(
            Faults faults,
            Vertx vertx,
            @ConfigProperty(name = "tidegate.limits.stream-stall", defaultValue = "30s") Duration stall) {
        this.means = new Means(faults, vertx, stall);
    }

    /** What every stream needs. {@code stall}: how long a client may take nothing. */
    record Means(Faults faults, Vertx vertx, Duration stall) {}

    /** Before anything waits for the requests that are under way: a long download ends sooner than it would be cut. */
    void stop(@Observes ShutdownDelayInitiatedEvent stop) {
        stopping.set(true);
    }

    /**
     * Answers with the stream. Ends when the response has ended, however; fails while nothing was sent yet, and then the
     * response is still the caller's.
     */
    Uni<Void> send(RoutingContext context, Uni<LineStream> opening) {
        return Uni.createFrom().emitter(emitter -> new NdjsonStream(means, stopping, context, emitter).begin(opening));
    }
}
