package dev.tidegate.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.restassured.RestAssured;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A client that listens, line by line as they come. Every wait has an end. */
final class EventListener implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final String OVER = "(over)";

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final HttpResponse<Stream<String>> answer;
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
    private final List<String> heard = new ArrayList<>();

    private EventListener(String user, String path) {
        try {
            answer = http.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + RestAssured.port + path))
                            .header("Authorization", "Basic " + encoded(user + ":" + user))
                            .header("Accept", "text/event-stream")
                            .build(),
                    BodyHandlers.ofLines());
        } catch (IOException broken) {
            throw new IllegalStateException(broken);
        } catch (InterruptedException broken) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(broken);
        }
        Thread.ofVirtual().start(() -> {
            try {
                answer.body().forEach(lines::add);
            } finally {
                lines.add(OVER);
            }
        });
    }

    static EventListener of(String user, String profile) {
        return of(user, profile, UUID.randomUUID().toString());
    }

    static EventListener of(String user, String profile, String client) {
        return new EventListener(user, "/v1/profiles/" + profile + "/changes/events?client=" + client);
    }

    private static String encoded(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    HttpResponse<?> answer() {
        return answer;
    }

    /** The next line. */
    String next() {
        try {
            @Nullable String line = lines.poll(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
            assertThat(line).as("a line after %s", heard).isNotNull();
            heard.add(line);
            return line;
        } catch (InterruptedException broken) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(broken);
        }
    }

    /** Passes over lines until this one comes. */
    EventListener hears(String line) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!next().equals(line)) {
            assertThat(System.nanoTime()).as("%s among %s", line, heard).isLessThan(end);
        }
        return this;
    }

    /** Whether the line comes within a while, without a claim that it does. */
    boolean hearsWithin(Duration while_, String line) {
        long end = System.nanoTime() + while_.toNanos();
        try {
            for (long left = while_.toNanos(); left > 0; left = end - System.nanoTime()) {
                @Nullable String next = lines.poll(left, TimeUnit.NANOSECONDS);
                if (next != null) {
                    heard.add(next);
                    if (next.equals(line)) {
                        return true;
                    }
                }
            }
            return false;
        } catch (InterruptedException broken) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(broken);
        }
    }

    void isOver() {
        hears(OVER);
    }

    /** Every line so far that somebody waited for or passed over. */
    List<String> heard() {
        return heard;
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
