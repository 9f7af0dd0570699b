package dev.tidegate.ops.tracing;

import dev.tidegate.download.StoreSnapshots;
import dev.tidegate.observation.RequestTrail;
import dev.tidegate.read.ObjectWriter;
import dev.tidegate.read.RowSource;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporterBuilder;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Whether work is followed. Where it is not, nothing is put around anything, and of OpenTelemetry nothing but four interfaces is loaded.
 */
public final class Tracing implements AutoCloseable {
    private static final Duration EXPORT_TIMEOUT = Duration.ofSeconds(5);

    private final Optional<Traces> traces;

    private Tracing(Optional<Traces> traces) {
        this.traces = traces;
    }

    /** Where spans are sent, as OTLP over HTTP ({@code /v1/traces} is added), and with which headers. */
    public record Collector(URI endpoint, Map<String, String> headers) {
        public Collector {
            headers = Map.copyOf(headers);
            if (!("http".equals(endpoint.getScheme()) || "https".equals(endpoint.getScheme()))
                    || endpoint.getHost() == null) {
                throw new IllegalArgumentException("an endpoint is an http or https URL");
            }
        }
    }

    /** Which part of the traces that begin here is recorded, 0 to 1, and what runs here in which version. */
    public record Sampling(double ratio, String version) {
        public Sampling {
            if (!(ratio >= 0 && ratio <= 1)) {
                throw new IllegalArgumentException("a ratio is 0 to 1");
            }
        }
    }

    public static Tracing off() {
        return new Tracing(Optional.empty());
    }

    /** {@code current} tells the request that the current thread works on. */
    public static Tracing on(Collector collector, Sampling sampling, Supplier<Optional<RequestTrail>> current) {
        return new Tracing(Optional.of(new Traces(exporter(collector), sampling, current)));
    }

    private static SpanExporter exporter(Collector collector) {
        String base = collector.endpoint().toString().replaceFirst("/+$", "");
        OtlpHttpSpanExporterBuilder exporter = OtlpHttpSpanExporter.builder()
                .setEndpoint(base + "/v1/traces")
                .setCompression("gzip")
                .setTimeout(EXPORT_TIMEOUT);
        collector.headers().forEach(exporter::addHeader);
        return new ToldExporter(exporter.build(), collector.endpoint().getHost());
    }

    /** What makes the spans, when work is followed. */
    public Optional<Traces> traces() {
        return traces;
    }

    public RowSource around(RowSource rows) {
        return traces.<RowSource>map(on -> new TracedRowSource(rows, on)).orElse(rows);
    }

    public ObjectWriter around(ObjectWriter writer) {
        return traces.<ObjectWriter>map(on -> new TracedObjectWriter(writer, on))
                .orElse(writer);
    }

    public StoreSnapshots around(StoreSnapshots snapshots) {
        return traces.<StoreSnapshots>map(on -> new TracedSnapshots(snapshots, on))
                .orElse(snapshots);
    }

    /** Sends what is left, for a moment. */
    @Override
    public void close() {
        traces.ifPresent(Traces::close);
    }
}
