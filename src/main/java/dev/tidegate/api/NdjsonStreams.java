package dev.tidegate.api;

import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import java.time.Duration;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Sends streams of lines as {@code application/x-ndjson}. */
@Singleton
final class NdjsonStreams {
    private final Means means;

    NdjsonStreams(
            Faults faults,
            Vertx vertx,
            @ConfigProperty(name = "tidegate.limits.stream-stall", defaultValue = "30s") Duration stall) {
        this.means = new Means(faults, vertx, stall);
    }

    /** What every stream needs. {@code stall}: how long a client may take nothing. */
    record Means(Faults faults, Vertx vertx, Duration stall) {}

    /**
     * Answers with the stream. Ends when the response has ended, however; fails while nothing was sent yet, and then the
     * response is still the caller's.
     */
    Uni<Void> send(RoutingContext context, Uni<LineStream> opening) {
        return Uni.createFrom().emitter(emitter -> new NdjsonStream(means, context, emitter).begin(opening));
    }
}
