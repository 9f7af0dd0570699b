package dev.tidegate.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jose4j.jwk.JsonWebKey;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.jwk.RsaJsonWebKey;
import org.jose4j.jwk.RsaJwkGenerator;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.NumericDate;
import org.jose4j.lang.JoseException;

/**
 * An identity provider on a port of its own: OpenID Connect discovery, a key set, and an endpoint that gives tokens to whom it
 * knows (RFC 6749, 4.3), or whatever token a test makes up.
 */
public final class Issuer implements AutoCloseable {
    public static final String AUDIENCE = "tidegate";

    private static final int LIFE_SECONDS = 300;

    private final HttpServer server;
    private final Map<String, List<String>> people;
    private final AtomicInteger asked = new AtomicInteger();
    private volatile RsaJsonWebKey key = newKey();

    private Issuer(HttpServer server, Map<String, List<String>> people) {
        this.server = server;
        this.people = Map.copyOf(people);
    }

    /** {@code people}: the roles of each; a password is a name. */
    public static Issuer start(Map<String, List<String>> people) {
        return start(people, 0);
    }

    /** On this port. */
    public static Issuer start(Map<String, List<String>> people, int port) {
        try {
            Issuer issuer = new Issuer(
                    HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 16), people);
            issuer.server.createContext("/.well-known/openid-configuration", issuer::discover);
            issuer.server.createContext("/keys", issuer::keys);
            issuer.server.createContext("/token", issuer::give);
            issuer.server.start();
            return issuer;
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    public String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** How often somebody wanted the keys. */
    public int keysAskedFor() {
        return asked.get();
    }

    /** From now on with another key; tokens of the one before are worth nothing. */
    public void rotate() {
        key = newKey();
    }

    /** A token as this issuer gives it, changed at will. */
    public String token(String name, List<String> roles, Consumer<JwtClaims> change) {
        return sign(claims(name, roles, change), key);
    }

    /** A token that says it is of this issuer and this key, and is not. */
    public String forged(String name, List<String> roles) {
        RsaJsonWebKey other = newKey();
        other.setKeyId(key.getKeyId());
        return sign(claims(name, roles, _ -> {}), other);
    }

    private JwtClaims claims(String name, List<String> roles, Consumer<JwtClaims> change) {
        JwtClaims claims = new JwtClaims();
        claims.setIssuer(url());
        claims.setAudience(AUDIENCE);
        claims.setSubject(name);
        claims.setIssuedAtToNow();
        claims.setExpirationTime(NumericDate.fromSeconds(NumericDate.now().getValue() + LIFE_SECONDS));
        claims.setGeneratedJwtId();
        claims.setClaim("realm_access", Map.of("roles", roles));
        change.accept(claims);
        return claims;
    }

    private static String sign(JwtClaims claims, RsaJsonWebKey key) {
        try {
            JsonWebSignature signature = new JsonWebSignature();
            signature.setPayload(claims.toJson());
            signature.setAlgorithmHeaderValue("RS256");
            signature.setKeyIdHeaderValue(key.getKeyId());
            signature.setKey(key.getPrivateKey());
            return signature.getCompactSerialization();
        } catch (JoseException broken) {
            throw new IllegalStateException(broken);
        }
    }

    private static RsaJsonWebKey newKey() {
        try {
            RsaJsonWebKey key = RsaJwkGenerator.generateJwk(2048);
            key.setKeyId(UUID.randomUUID().toString());
            key.setUse("sig");
            key.setAlgorithm("RS256");
            return key;
        } catch (JoseException broken) {
            throw new IllegalStateException(broken);
        }
    }

    private void discover(HttpExchange exchange) throws IOException {
        String url = url();
        answer(exchange, 200, """
                {"issuer":"%1$s","jwks_uri":"%1$s/keys","token_endpoint":"%1$s/token",\
                "authorization_endpoint":"%1$s/authorize","response_types_supported":["code"],\
                "subject_types_supported":["public"],"id_token_signing_alg_values_supported":["RS256"]}""".formatted(url));
    }

    private void keys(HttpExchange exchange) throws IOException {
        asked.incrementAndGet();
        answer(exchange, 200, new JsonWebKeySet(key).toJson(JsonWebKey.OutputControlLevel.PUBLIC_ONLY));
    }

    private void give(HttpExchange exchange) throws IOException {
        Map<String, String> form = form(exchange);
        String name = form.getOrDefault("username", "");
        List<String> roles = people.get(name);
        if (roles == null || !name.equals(form.get("password")) || !"password".equals(form.get("grant_type"))) {
            answer(exchange, 400, "{\"error\":\"invalid_grant\"}");
            return;
        }
        answer(
                exchange,
                200,
                "{\"access_token\":\"" + token(name, roles, _ -> {}) + "\",\"token_type\":\"Bearer\",\"expires_in\":"
                        + LIFE_SECONDS + "}");
    }

    private static Map<String, String> form(HttpExchange exchange) throws IOException {
        Map<String, String> form = new LinkedHashMap<>();
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        for (String pair : body.split("&", -1)) {
            String[] parts = pair.split("=", 2);
            if (parts.length == 2) {
                form.put(parts[0], URLDecoder.decode(parts[1], StandardCharsets.UTF_8));
            }
        }
        return form;
    }

    private static void answer(HttpExchange exchange, int status, String json) throws IOException {
        byte[] body = json.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, body.length);
        try (exchange) {
            exchange.getResponseBody().write(body);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
