package dev.tidegate.ops;

import dev.tidegate.store.PostgresUri;
import io.smallrye.config.ConfigSourceContext;
import io.smallrye.config.ConfigSourceFactory;
import io.smallrye.config.ConfigValue;
import io.smallrye.config.PropertiesConfigSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.eclipse.microprofile.config.spi.ConfigSource;

/**
 * Makes the data source of Quarkus out of {@code tidegate.database.*}, so that one URL serves Flyway (JDBC) and the reactive
 * clients. What {@code quarkus.datasource.*} says itself has precedence.
 */
public final class DatabaseConfigSource implements ConfigSourceFactory {
    /** Above the defaults of extensions and {@code application.properties}, below the environment. */
    private static final int ORDINAL = 260;

    @Override
    public Iterable<ConfigSource> getConfigSources(ConfigSourceContext context) {
        Optional<String> url = value(context, "tidegate.database.url");
        if (url.isEmpty()) {
            return List.of();
        }
        return List.of(new PropertiesConfigSource(
                properties(
                        readable(url.get()),
                        value(context, "tidegate.database.username"),
                        value(context, "tidegate.database.password")),
                "tidegate.database",
                ORDINAL));
    }

    @Override
    public OptionalInt getPriority() {
        return OptionalInt.of(ORDINAL);
    }

    static Map<String, String> properties(PostgresUri uri, Optional<String> username, Optional<String> password) {
        Map<String, String> properties = new LinkedHashMap<>();
        properties.put("quarkus.datasource.jdbc.url", uri.jdbc());
        properties.put("quarkus.datasource.reactive.url", "vertx-reactive:" + uri.text());
        username.or(uri::username).ifPresent(name -> properties.put("quarkus.datasource.username", name));
        password.or(uri::password).ifPresent(secret -> properties.put("quarkus.datasource.password", secret));
        uri.sslMode().ifPresent(mode -> {
            properties.put("quarkus.datasource.reactive.postgresql.ssl-mode", mode);
            if (!mode.startsWith("verify") && !mode.equals("disable")) {
                properties.put("quarkus.datasource.reactive.trust-all", "true");
            }
        });
        return properties;
    }

    private static PostgresUri readable(String url) {
        try {
            return PostgresUri.parse(url);
        } catch (IllegalArgumentException unreadable) {
            throw new StartRefused("tidegate.database.url cannot be used. " + unreadable.getMessage());
        }
    }

    private static Optional<String> value(ConfigSourceContext context, String name) {
        ConfigValue value = context.getValue(name);
        return value == null
                ? Optional.empty()
                : Optional.ofNullable(value.getValue()).filter(text -> !text.isBlank());
    }
}
