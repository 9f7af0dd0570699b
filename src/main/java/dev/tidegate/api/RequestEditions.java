package dev.tidegate.api;

import dev.tidegate.edition.Edition;
import dev.tidegate.edition.Editions;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

/** Which edition serves a request: the one that is current when somebody first asks, at its very beginning, and from then on that one. */
@Singleton
final class RequestEditions {
    private static final String KEY = Edition.class.getName();

    private final Editions editions;

    RequestEditions(Editions editions) {
        this.editions = editions;
    }

    Edition of(RoutingContext context) {
        @Nullable Edition known = context.get(KEY);
        return known == null ? begin(context) : known;
    }

    private Edition begin(RoutingContext context) {
        Edition now = editions.current();
        context.put(KEY, now);
        return now;
    }
}
