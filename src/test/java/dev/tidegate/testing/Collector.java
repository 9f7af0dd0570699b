package dev.tidegate.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import java.util.zip.GZIPInputStream;

/** A tracing system on a port of its own: what is sent to it by OTLP over HTTP, spans and the bytes they came in. */
public final class Collector implements AutoCloseable {
    /** What it wants to be sent with, in the header {@code Authorization}. */
    public static final String CREDENTIALS = "Bearer collector";

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final HttpServer server;
    private final List<ExportedSpan> spans = new CopyOnWriteArrayList<>();
    private final List<String> received = new CopyOnWriteArrayList<>();

    private Collector(HttpServer server) {
        this.server = server;
    }

    public static Collector start() {
        try {
            Collector collector =
                    new Collector(HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0));
            collector.server.createContext("/v1/traces", collector::take);
            collector.server.start();
            return collector;
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    public String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    private void take(HttpExchange call) throws IOException {
        if (CREDENTIALS.equals(call.getRequestHeaders().getFirst("Authorization"))) {
            byte[] request;
            try (InputStream body = new GZIPInputStream(call.getRequestBody())) {
                request = body.readAllBytes();
            }
            received.add(new String(request, StandardCharsets.ISO_8859_1));
            spans.addAll(Otlp.spans(request));
            call.sendResponseHeaders(200, -1);
        } else {
            call.sendResponseHeaders(401, -1);
        }
        call.close();
    }

    /** All that came so far, as it came: each byte a character. */
    public String received() {
        return String.join("\n", received);
    }

    public List<ExportedSpan> spans() {
        return List.copyOf(spans);
    }

    public List<ExportedSpan> ofTrace(String trace) {
        return spans.stream().filter(span -> span.trace().equals(trace)).toList();
    }

    /** The one that is so, as soon as it has come. */
    public ExportedSpan await(String what, Predicate<ExportedSpan> which) {
        Until.holds(what, PATIENCE, () -> spans.stream().anyMatch(which));
        List<ExportedSpan> found = spans.stream().filter(which).toList();
        if (found.size() > 1) {
            throw new AssertionError(what + ": not one but " + found);
        }
        return found.getFirst();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
