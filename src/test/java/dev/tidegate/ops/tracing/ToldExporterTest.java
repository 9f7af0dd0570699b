package dev.tidegate.ops.tracing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidegate.testing.CapturedLog;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.util.Collection;
import java.util.List;
import org.junit.jupiter.api.Test;

class ToldExporterTest {
    /** A tracing system that comes and goes. */
    private static final class Unsteady implements SpanExporter {
        private boolean there;

        @Override
        public CompletableResultCode export(Collection<SpanData> spans) {
            return there ? CompletableResultCode.ofSuccess() : CompletableResultCode.ofFailure();
        }

        @Override
        public CompletableResultCode flush() {
            return CompletableResultCode.ofSuccess();
        }

        @Override
        public CompletableResultCode shutdown() {
            return CompletableResultCode.ofSuccess();
        }
    }

    @Test
    void there_is_a_line_when_it_goes_and_one_when_it_comes_back() {
        Unsteady system = new Unsteady();
        ToldExporter exporter = new ToldExporter(system, "collector");
        try (CapturedLog log = CapturedLog.of("dev.tidegate.traces")) {
            exporter.export(List.of());
            exporter.export(List.of());
            assertThat(log.lines()).containsExactly("Spans cannot be sent to collector, and are dropped.");

            system.there = true;
            exporter.export(List.of());
            exporter.export(List.of());
            assertThat(log.lines()).hasSize(2).last().isEqualTo("Spans are sent to collector again.");
        }
    }
}
