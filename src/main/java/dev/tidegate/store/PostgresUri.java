package dev.tidegate.store;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where a PostgreSQL database is, as people write it:
 * {@code postgresql://[user[:password]@]host[:port]/database[?sslmode=…]}; {@code postgres:}, {@code vertx-reactive:} and
 * {@code jdbc:} forms are read too. User and password stand in percent encoding.
 */
public record PostgresUri(
        String host,
        int port,
        String database,
        Optional<String> username,
        Optional<String> password,
        Optional<String> sslMode) {
    private static final int DEFAULT_PORT = 5432;
    private static final Set<String> SSL_MODES =
            Set.of("disable", "allow", "prefer", "require", "verify-ca", "verify-full");
    private static final String FORM = "postgresql://host:port/database, with ?sslmode= where needed";

    /** Throws {@link IllegalArgumentException} with advice, and without the password, for any other form. */
    public static PostgresUri parse(String text) {
        String plain = without(without(text.strip(), "jdbc:"), "vertx-reactive:");
        URI uri = uri(plain);
        String scheme = Optional.ofNullable(uri.getScheme()).orElse("").toLowerCase(Locale.ROOT);
        if (!scheme.equals("postgresql") && !scheme.equals("postgres")) {
            throw new IllegalArgumentException(
                    "A database URL reads " + FORM + "; this one begins with '" + scheme + ":'");
        }
        String database = Optional.ofNullable(uri.getPath()).orElse("").replaceFirst("^/", "");
        String host = uri.getHost();
        if (host == null || database.isEmpty() || database.contains("/")) {
            throw new IllegalArgumentException("A database URL reads " + FORM + "; this one has no "
                    + (host == null ? "readable host" : "plain database name"));
        }
        String[] user = Optional.ofNullable(uri.getRawUserInfo()).orElse("").split(":", 2);
        Map<String, String> parameters = parameters(uri.getRawQuery() == null ? "" : uri.getRawQuery());
        return new PostgresUri(
                host.replaceAll("^\\[|]$", ""),
                uri.getPort() < 0 ? DEFAULT_PORT : uri.getPort(),
                database,
                given(user[0].isEmpty() ? parameters.get("user") : decoded(user[0])),
                given(user.length > 1 ? decoded(user[1]) : parameters.get("password")),
                given(parameters.get("sslmode")).map(PostgresUri::knownSslMode));
    }

    /** Without user and password: fit for a log line. */
    public String text() {
        return "postgresql://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port + "/" + database
                + sslMode.map(mode -> "?sslmode=" + mode).orElse("");
    }

    /** As JDBC takes it, without user and password. */
    public String jdbc() {
        return "jdbc:" + text();
    }

    @Override
    public String toString() {
        return text();
    }

    private static Optional<String> given(@Nullable String value) {
        return Optional.ofNullable(value).filter(text -> !text.isEmpty());
    }

    private static String knownSslMode(String mode) {
        if (!SSL_MODES.contains(mode)) {
            throw new IllegalArgumentException("sslmode '" + mode + "' is not one of "
                    + SSL_MODES.stream().sorted().toList());
        }
        return mode;
    }

    private static URI uri(String text) {
        try {
            return new URI(text);
        } catch (URISyntaxException unreadable) {
            throw new IllegalArgumentException(
                    "A database URL reads " + FORM + "; this one is not a URL: " + unreadable.getReason());
        }
    }

    private static Map<String, String> parameters(String query) {
        Map<String, String> parameters = new LinkedHashMap<>();
        Arrays.stream(query.split("&"))
                .map(parameter -> parameter.split("=", 2))
                .filter(pair -> pair.length == 2)
                .forEach(pair -> parameters.put(decoded(pair[0]), decoded(pair[1])));
        return parameters;
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    private static String without(String text, String prefix) {
        return text.startsWith(prefix) ? text.substring(prefix.length()) : text;
    }
}
