package dev.tidegate.outage;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * What one device holds of an entity, as the client guide says: lines count once the cursor behind them has come, and with a connection that breaks
 * all behind the last cursor is forgotten.
 */
final class HeldSet {
    private final HttpClient http;
    private final Random random;
    private final String query;
    private final Map<String, Integer> held = new HashMap<>();
    private final Set<String> put = new HashSet<>();
    private Optional<String> cursor = Optional.empty();
    private boolean fresh = true;
    private int legs;
    private int broken;

    HeldSet(HttpClient http, String entity, Random random) {
        this.http = http;
        this.random = random;
        this.query = BatchCalls.MOBILE + "/changes?client=" + UUID.randomUUID() + "&entities=" + entity;
    }

    /** The number of one member by the id of its object. */
    Map<String, Integer> held() {
        return Map.copyOf(held);
    }

    /** Pieces that were taken whole. */
    int legs() {
        return legs;
    }

    /** Answers that broke off, or were dropped by the client itself. */
    int broken() {
        return broken;
    }

    /** Goes on from the last cursor; whether the set is complete now. */
    boolean pull(HttpRequest.Builder request, String member) throws InterruptedException {
        try {
            HttpResponse<Stream<String>> answer = http.send(request.build(), BodyHandlers.ofLines());
            try (Stream<String> lines = answer.body()) {
                if (answer.statusCode() == 503) {
                    return false;
                }
                if (answer.statusCode() != 200) {
                    throw new IllegalStateException(answer.statusCode() + " " + lines.toList());
                }
                return take(lines.iterator(), member);
            }
        } catch (IOException | UncheckedIOException brokeOff) {
            broken++;
            return false;
        }
    }

    String path() {
        return query + cursor.map(since -> "&since=" + since).orElse("");
    }

    /** Now and then the client drops the connection itself. */
    private boolean take(Iterator<String> lines, String member) {
        List<JsonObject> since = new ArrayList<>();
        while (lines.hasNext()) {
            JsonObject line = new JsonObject(lines.next());
            if (line.containsKey("problem")) {
                throw new IllegalStateException(line.encode());
            }
            if (!line.containsKey("cursor")) {
                since.add(line);
                continue;
            }
            boolean whole = since.stream().noneMatch(one -> one.containsKey("unavailable"));
            since.forEach(one -> apply(one, member));
            since.clear();
            legs++;
            cursor = Optional.of(line.getString("cursor"));
            if (!line.getBoolean("more")) {
                return whole && through();
            }
            if (random.nextInt(20) == 0) {
                broken++;
                return false;
            }
        }
        return false;
    }

    private boolean through() {
        if (fresh) {
            held.keySet().retainAll(put);
            fresh = false;
        }
        return true;
    }

    private void apply(JsonObject line, String member) {
        if (line.containsKey("put")) {
            JsonObject object = line.getJsonObject("put");
            held.put(object.getString("id"), object.getJsonObject("attributes").getInteger(member));
            put.add(object.getString("id"));
        } else if (line.containsKey("remove")) {
            held.remove(line.getJsonObject("remove").getString("id"));
        } else if (line.containsKey("clear")) {
            held.clear();
        } else if (line.containsKey("retain")) {
            JsonObject range = line.getJsonObject("retain");
            JsonArray ids = range.getJsonArray("ids");
            String from = range.getString("from");
            String to = range.getString("to");
            held.keySet()
                    .removeIf(id -> (from == null || id.compareTo(from) >= 0)
                            && (to == null || id.compareTo(to) <= 0)
                            && !ids.contains(id));
        }
    }
}
