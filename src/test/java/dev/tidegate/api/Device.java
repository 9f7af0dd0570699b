package dev.tidegate.api;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.restassured.RestAssured;
import io.restassured.specification.RequestSpecification;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;

/** A device as the contract wants it: keeps a set of objects by what downloads bring, and the cursor that goes with it. */
final class Device {
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final ObjectMapper JSON = new ObjectMapper();

    private final String user;
    private final String profile;
    private final String client = UUID.randomUUID().toString();
    private final Map<String, Map<String, Object>> objects = new TreeMap<>();
    private final Set<String> put = new HashSet<>();
    private final List<String> removed = new ArrayList<>();
    private Optional<String> cursor = Optional.empty();
    private boolean fresh = true;
    private Map<String, Object> receipt = Map.of();

    Device(String user, String profile) {
        this.user = user;
        this.profile = profile;
    }

    String client() {
        return client;
    }

    /** By entity and id, as the gateway has sent them. */
    Map<String, Map<String, Object>> objects() {
        return objects;
    }

    /** What the last pull has taken away. */
    List<String> removed() {
        return removed;
    }

    Map<String, Object> receipt() {
        return receipt;
    }

    Optional<String> cursor() {
        return cursor;
    }

    RequestSpecification caller() {
        return given().auth().preemptive().basic(user, user);
    }

    /** Whether some store could not be asked when a page was read just now. */
    boolean lacksAStore() {
        return get("/v1/profiles/" + profile + "/changes?limit=5000").body().contains("unavailable");
    }

    /** Page by page, until there is no more; how many pages it took. */
    int pull(int limit) {
        int pages = 0;
        removed.clear();
        boolean more = true;
        while (more) {
            JsonNode page = page(limit);
            page.get("lines").forEach(this::take);
            cursor = Optional.of(page.get("cursor").asText());
            more = page.get("more").asBoolean();
            if (!more) {
                receipt = JSON.convertValue(page.get("receipt"), new TypeReference<>() {});
            }
            pages++;
        }
        if (fresh) {
            objects.keySet().retainAll(put);
            fresh = false;
        }
        return pages;
    }

    /** Not by RestAssured, which takes seconds for answers of this size. */
    private JsonNode page(int limit) {
        String query = "client=" + client + "&limit=" + limit + "&modelVersion=" + version()
                + cursor.map(since -> "&since=" + since).orElse("");
        HttpResponse<String> answer = get("/v1/profiles/" + profile + "/changes?" + query);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return json(answer.body());
    }

    private String version() {
        return get("/v1/connectivity").headers().firstValue("Tidegate-Model").orElseThrow();
    }

    private HttpResponse<String> get(String path) {
        String credentials = Base64.getEncoder().encodeToString((user + ":" + user).getBytes(StandardCharsets.UTF_8));
        HttpRequest request = HttpRequest.newBuilder(URI.create(RestAssured.baseURI + ":" + RestAssured.port + path))
                .header("Authorization", "Basic " + credentials)
                .header("Accept", "application/json")
                .build();
        try {
            return HTTP.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } catch (InterruptedException stopped) {
            throw new IllegalStateException(stopped);
        }
    }

    private static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (IOException rubbish) {
            throw new UncheckedIOException(rubbish);
        }
    }

    private void take(JsonNode line) {
        String what = line.fieldNames().next();
        Map<String, Object> of = JSON.convertValue(line.get(what), new TypeReference<>() {});
        String entity = String.valueOf(of.get("entity"));
        String key = entity + " " + of.get("id");
        switch (what) {
            case "put" -> {
                objects.put(key, of);
                put.add(key);
            }
            case "remove" -> {
                objects.remove(key);
                removed.add(key);
            }
            case "clear" -> objects.keySet().removeIf(kept -> kept.startsWith(entity + " "));
            case "retain" -> retain(entity, of);
            default -> throw new AssertionError("an unexpected line: " + line);
        }
    }

    private void retain(String entity, Map<String, Object> range) {
        Set<String> kept = new HashSet<>();
        ((List<?>) Objects.requireNonNull(range.get("ids"))).forEach(id -> kept.add(entity + " " + id));
        objects.keySet()
                .removeIf(key -> key.startsWith(entity + " ")
                        && isIn(range, key.substring(entity.length() + 1))
                        && !kept.contains(key));
    }

    private static boolean isIn(Map<String, Object> range, String id) {
        return (range.get("from") == null || compare(String.valueOf(range.get("from")), id) <= 0)
                && (range.get("to") == null || compare(id, String.valueOf(range.get("to"))) <= 0);
    }

    private static int compare(String one, String other) {
        return one.matches("-?[0-9]+") && other.matches("-?[0-9]+")
                ? Long.compare(Long.parseLong(one), Long.parseLong(other))
                : one.compareTo(other);
    }
}
