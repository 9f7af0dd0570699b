package dev.tidegate.api;

import dev.tidegate.observation.Observer;
import io.vertx.core.Vertx;
import jakarta.inject.Singleton;
import java.time.Duration;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Sends hints as server-sent events. */
@Singleton
final class EventStreams {
    private final Means means;

    EventStreams(
            Calls calls,
            Vertx vertx,
            Observer observer,
            @ConfigProperty(name = "tidegate.changes.heartbeat", defaultValue = "20s") Duration heartbeat,
            @ConfigProperty(name = "tidegate.limits.stream-stall", defaultValue = "30s") Duration stall) {
        this.means = new Means(calls, vertx, observer, heartbeat, stall);
    }

    /** What every stream needs. {@code stall}: how long a client may take nothing. */
    record Means(Calls calls, Vertx vertx, Observer observer, Duration heartbeat, Duration stall) {}

    /** A stream for a client of the caller; nothing is sent yet. */
    EventStream of(Call call) {
        return new EventStream(means, call);
    }
}
