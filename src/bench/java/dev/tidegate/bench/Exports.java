package dev.tidegate.bench;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** Reads a stream of lines from one side as fast as it comes. */
final class Exports implements AutoCloseable {
    private final HttpClient client = HttpClient.newHttpClient();
    private final String authorization;

    Exports(String authorization) {
        this.authorization = authorization;
    }

    /** What came; the last line is the end's. */
    record Measured(long objects, long bytes, Duration took) {
        double perSecond() {
            return objects / (took.toNanos() / 1e9);
        }
    }

    Measured run(int port, String path) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .header("Authorization", authorization)
                .header("Accept", "application/x-ndjson")
                .build();
        long start = System.nanoTime();
        long lines = 0;
        long bytes = 0;
        try (InputStream body =
                client.send(request, HttpResponse.BodyHandlers.ofInputStream()).body()) {
            byte[] chunk = new byte[256 * 1024];
            for (int read = body.read(chunk); read >= 0; read = body.read(chunk)) {
                bytes += read;
                for (int i = 0; i < read; i++) {
                    if (chunk[i] == '\n') {
                        lines++;
                    }
                }
            }
        }
        return new Measured(lines - 1, bytes, Duration.ofNanos(System.nanoTime() - start));
    }

    @Override
    public void close() {
        client.close();
    }
}
