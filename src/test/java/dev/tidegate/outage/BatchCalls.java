package dev.tidegate.outage;

import dev.tidegate.testing.GatewayProcess;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

/** The calls of the engineer {@code ada}, each to the next of the gateways. */
final class BatchCalls implements AutoCloseable {
    static final String MOBILE = "/v1/profiles/NativeMobile";

    /** Her credentials, as a header has them. */
    static final String ADA = "Basic " + Base64.getEncoder().encodeToString("ada:ada".getBytes(StandardCharsets.UTF_8));

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(2))
            .build();
    private final Duration patience;
    private final List<GatewayProcess> gateways;
    private final AtomicInteger turn = new AtomicInteger();

    BatchCalls(GatewayProcess... gateways) {
        this(Duration.ofSeconds(10), gateways);
    }

    BatchCalls(Duration patience, GatewayProcess... gateways) {
        this.patience = patience;
        this.gateways = List.of(gateways);
    }

    HttpResponse<String> send(JsonObject batch) throws IOException, InterruptedException {
        return http.send(post(batch), BodyHandlers.ofString());
    }

    CompletableFuture<HttpResponse<String>> sendBeside(JsonObject batch) {
        return http.sendAsync(post(batch), BodyHandlers.ofString());
    }

    HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return http.send(request(path).build(), BodyHandlers.ofString());
    }

    private HttpRequest post(JsonObject batch) {
        return request(MOBILE + "/batches")
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(batch.encode()))
                .build();
    }

    private HttpRequest.Builder request(String path) {
        URI uri = gateways.get(Math.floorMod(turn.getAndIncrement(), gateways.size()))
                .at(path);
        return HttpRequest.newBuilder(uri).timeout(patience).header("Authorization", ADA);
    }

    @Override
    public void close() {
        http.close();
    }
}
