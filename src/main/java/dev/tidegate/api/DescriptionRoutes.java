package dev.tidegate.api;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/**
 * The description of the API (OpenAPI), which is written by hand: as it stands in its file, and as JSON for who prefers it. Nothing
 * is read before somebody asks; the framework would read it, and write it in both forms, at each start. Needs no caller.
 */
@Singleton
final class DescriptionRoutes {
    private static final String FILE = "/META-INF/openapi.yaml";
    private static final String PATH = "/q/openapi";
    private static final String JSON = "application/json";
    private static final String YAML = "application/yaml";

    /** Before the framework's own answer. */
    private static final int ORDER = -50;

    private final Vertx vertx;
    private volatile @Nullable String json;

    DescriptionRoutes(Vertx vertx) {
        this.vertx = vertx;
    }

    void install(@Observes Router router) {
        for (String ending : new String[] {"", ".json", ".yaml", ".yml"}) {
            router.get(PATH + ending).order(ORDER).handler(this::answer);
            router.head(PATH + ending).order(ORDER).handler(this::answer);
        }
    }

    private void answer(RoutingContext context) {
        boolean asJson = wantsJson(context);
        // The first that asks for JSON waits for it to be made, beside the event loop.
        var _ = vertx.executeBlocking(() -> asJson ? json() : yaml())
                .onFailure(context::fail)
                .onSuccess(text -> {
                    context.response().putHeader(HttpHeaders.CONTENT_TYPE, (asJson ? JSON : YAML) + ";charset=UTF-8");
                    var _ = context.response().end(text);
                });
    }

    /** By the path, then the parameter {@code format}, then the header {@code Accept}; YAML when nothing says otherwise. */
    private static boolean wantsJson(RoutingContext context) {
        HttpServerRequest request = context.request();
        String path = context.normalizedPath();
        if (!path.equals(PATH)) {
            return path.endsWith(".json");
        }
        return Optional.ofNullable(request.getParam("format"))
                .map(format -> format.equalsIgnoreCase("JSON"))
                .orElseGet(() -> Optional.ofNullable(request.getHeader(HttpHeaders.ACCEPT))
                        .filter(accept -> accept.contains(JSON))
                        .isPresent());
    }

    private String json() {
        String made = json;
        if (made == null) {
            Object document = new Load(LoadSettings.builder().build()).loadFromString(yaml());
            made = JsonObject.mapFrom(Objects.requireNonNull((Map<?, ?>) document))
                    .encode();
            json = made;
        }
        return made;
    }

    private static String yaml() {
        try (InputStream in = DescriptionRoutes.class.getResourceAsStream(FILE)) {
            return new String(Objects.requireNonNull(in, FILE).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
