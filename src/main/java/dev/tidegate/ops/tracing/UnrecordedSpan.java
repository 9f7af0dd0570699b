package dev.tidegate.ops.tracing;

import dev.tidegate.observation.Span;
import dev.tidegate.observation.TraceParent;
import io.opentelemetry.api.trace.SpanContext;
import java.util.Optional;

/** Work that stands in a trace, of which nobody keeps anything. */
record UnrecordedSpan(SpanContext context) implements Span {
    @Override
    public Optional<TraceParent> place() {
        return Optional.of(new TraceParent(context.getTraceId(), context.getSpanId(), false));
    }

    @Override
    public Optional<TraceParent> recorded() {
        return Optional.empty();
    }
}
