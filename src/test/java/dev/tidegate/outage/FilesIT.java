package dev.tidegate.outage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidegate.testing.GatewayProcess;
import dev.tidegate.testing.Until;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A file that was uploaded in part, and one that a batch waits with, outlive a gateway that is killed with its database. */
class FilesIT {
    private static final int PIECE = 256 * 1024;
    private static final Duration SOON = Duration.ofSeconds(30);

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final String file = BatchCalls.MOBILE + "/files/" + UUID.randomUUID();
    private final byte[] content = new byte[3_000_000];

    @Test
    void what_was_told_is_there_after_a_kill_and_what_refers_to_it_is_applied(@TempDir Path directory)
            throws Exception {
        new Random(7).nextBytes(content);
        try (GatewayProcess gateway =
                new GatewayProcess("files", Map.of("tidegate.embedded.directory", directory.toString()))) {
            gateway.start();
            long told = sendHalf(gateway);
            gateway.kill();
            gateway.start();

            int offset = Math.toIntExact(offset(gateway));
            assertThat(offset).isGreaterThanOrEqualTo((int) told).isLessThan(content.length);
            assertThat(offset % PIECE).isZero();
            assertThat(put(gateway, offset).statusCode()).isEqualTo(201);

            JsonObject batch = batch();
            HttpResponse<String> accepted = http.send(
                    request(gateway, "ada", BatchCalls.MOBILE + "/batches")
                            .header("Content-Type", "application/json")
                            .POST(BodyPublishers.ofString(batch.encode()))
                            .build(),
                    BodyHandlers.ofString());
            assertThat(accepted.statusCode()).as(accepted.body()).isEqualTo(202);
            gateway.kill();
            gateway.start();

            String photo = batch.getJsonArray("operations").getJsonObject(0).getString("id");
            Until.holds("applied", SOON, () -> Arrays.equals(inStore(gateway, photo), content));
        }
    }

    /** Leaves the connection hanging, and gives the offset that was told by then. */
    private long sendHalf(GatewayProcess gateway) throws IOException {
        URI at = gateway.at(file);
        try (Socket socket = new Socket(at.getHost(), at.getPort())) {
            socket.getOutputStream()
                    .write(("PUT " + file + " HTTP/1.1\r\nHost: gateway\r\nAuthorization: " + credentials("ada")
                                    + "\r\nContent-Length: " + content.length + "\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            socket.getOutputStream().write(content, 0, content.length / 2);
            Until.holds("some pieces", SOON, () -> offset(gateway) >= 3 * PIECE);
            return offset(gateway);
        }
    }

    private long offset(GatewayProcess gateway) {
        try {
            return http.send(
                            request(gateway, "ada", file)
                                    .method("HEAD", BodyPublishers.noBody())
                                    .build(),
                            BodyHandlers.discarding())
                    .headers()
                    .firstValueAsLong("Upload-Offset")
                    .orElse(-1);
        } catch (IOException broken) {
            return -1;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return -1;
        }
    }

    private HttpResponse<String> put(GatewayProcess gateway, int from) throws IOException, InterruptedException {
        return http.send(
                request(gateway, "ada", file)
                        .header("Content-Range", "bytes " + from + "-" + (content.length - 1) + "/" + content.length)
                        .PUT(BodyPublishers.ofByteArray(content, from, content.length - from))
                        .build(),
                BodyHandlers.ofString());
    }

    private JsonObject batch() {
        return new JsonObject()
                .put("batchId", UUID.randomUUID().toString())
                .put("clientId", UUID.randomUUID().toString())
                .put(
                        "operations",
                        new JsonArray()
                                .add(new JsonObject()
                                        .put("op", "create")
                                        .put("entity", "FieldService.Photo")
                                        .put("id", UUID.randomUUID().toString())
                                        .put(
                                                "attributes",
                                                new JsonObject()
                                                        .put("Name", "pump.jpg")
                                                        .put(
                                                                "Content",
                                                                new JsonObject()
                                                                        .put(
                                                                                "file",
                                                                                file.substring(
                                                                                        file.lastIndexOf('/') + 1))))));
    }

    /** What the dispatcher reads live. */
    private byte[] inStore(GatewayProcess gateway, String photo) throws IOException, InterruptedException {
        HttpResponse<String> answer = http.send(
                request(gateway, "dora", "/v1/profiles/Web/objects/FieldService.Photo/" + photo)
                        .build(),
                BodyHandlers.ofString());
        return answer.statusCode() == 200
                ? Base64.getDecoder()
                        .decode(new JsonObject(answer.body())
                                .getJsonObject("attributes")
                                .getString("Content"))
                : new byte[0];
    }

    private static HttpRequest.Builder request(GatewayProcess gateway, String who, String path) {
        return HttpRequest.newBuilder(gateway.at(path))
                .timeout(Duration.ofSeconds(20))
                .header("Authorization", credentials(who));
    }

    private static String credentials(String who) {
        return "Basic " + Base64.getEncoder().encodeToString((who + ":" + who).getBytes(StandardCharsets.UTF_8));
    }
}
