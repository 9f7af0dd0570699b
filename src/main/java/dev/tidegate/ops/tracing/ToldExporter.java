package dev.tidegate.ops.tracing;

import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.util.Collection;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jboss.logging.Logger;

/** Tells when spans cannot be sent, and when they can again: a line each time, however many are dropped meanwhile. */
final class ToldExporter implements SpanExporter {
    private static final Logger LOG = Logger.getLogger("dev.tidegate.traces");

    private final SpanExporter exporter;
    private final String where;
    private final AtomicBoolean away = new AtomicBoolean();

    /** {@code where} they are sent, for the line. */
    ToldExporter(SpanExporter exporter, String where) {
        this.exporter = exporter;
        this.where = where;
    }

    @Override
    public CompletableResultCode export(Collection<SpanData> spans) {
        CompletableResultCode result = exporter.export(spans);
        return result.whenComplete(() -> tell(result.isSuccess()));
    }

    private void tell(boolean sent) {
        if (away.compareAndSet(sent, !sent)) {
            if (sent) {
                LOG.infof("Spans are sent to %s again.", where);
            } else {
                LOG.warnf("Spans cannot be sent to %s, and are dropped.", where);
            }
        }
    }

    @Override
    public CompletableResultCode flush() {
        return exporter.flush();
    }

    @Override
    public CompletableResultCode shutdown() {
        return exporter.shutdown();
    }
}
