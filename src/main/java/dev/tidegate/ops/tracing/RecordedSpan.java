package dev.tidegate.ops.tracing;

import dev.tidegate.model.EntityName;
import dev.tidegate.observation.Observation;
import dev.tidegate.observation.Span;
import dev.tidegate.observation.TraceParent;
import dev.tidegate.problem.Refusal;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.StatusCode;
import io.vertx.sqlclient.DatabaseException;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** A span that is sent when it ends. Of failures it tells their kind alone: messages may quote what users sent. */
final class RecordedSpan implements Span {
    private final io.opentelemetry.api.trace.Span span;
    private final String name;
    private final Optional<TraceParent> place;

    /** {@code name} is the one that it began with. */
    RecordedSpan(io.opentelemetry.api.trace.Span span, String name) {
        this.span = span;
        this.name = name;
        SpanContext context = span.getSpanContext();
        this.place = Optional.of(new TraceParent(context.getTraceId(), context.getSpanId(), true));
    }

    @Override
    public Optional<TraceParent> place() {
        return place;
    }

    @Override
    public Optional<TraceParent> recorded() {
        return place;
    }

    @Override
    public void see(Observation observation) {
        switch (observation) {
            case Observation.Refused refused -> {
                refused.entity().ifPresent(this::about);
                span.setAttribute(Keys.ERROR, refused.code().code());
            }
            case Observation.RequestFaulted _ -> span.setAttribute(Keys.ERROR, "internal-error");
            case Observation.ReadServed read -> about(read.entity());
            case Observation.WriteServed write -> {
                about(write.entity());
                span.setAttribute(Keys.REPEATED, write.repeated());
            }
            case Observation.StreamEnded stream -> {
                about(stream.entity());
                span.setAttribute(Keys.STREAM_END, word(stream.how()));
            }
            case Observation.ListeningEnded listening -> span.setAttribute(Keys.STREAM_END, word(listening.how()));
            case Observation.BatchAccepted batch -> {
                span.setAttribute(Keys.OPERATIONS, (long) batch.operations());
                span.setAttribute(Keys.REPEATED, batch.duplicate());
            }
            case Observation.OperationsSettled settled -> span.addEvent("part", outcomes(settled));
            case Observation.AccessRefused _,
                    Observation.DeskUsed _,
                    Observation.OperatorCalled _,
                    Observation.StoreStateChanged _,
                    Observation.CircuitChanged _,
                    Observation.ApplyDelayed _,
                    Observation.HistoryLost _,
                    Observation.QueueFailed _,
                    Observation.ModelServed _,
                    Observation.ModelRead _,
                    Observation.ChangeLogsLookedAt _,
                    Observation.WriteRepeated _,
                    Observation.CallRefused _,
                    Observation.LegRead _,
                    Observation.HintSent _,
                    Observation.WatchLooked _,
                    Observation.CompatibilityUsed _,
                    Observation.GroupCommitted _,
                    Observation.Forgotten _,
                    Observation.LeaseExpired _,
                    Observation.GroupApplied _,
                    Observation.FileMoved _,
                    Observation.FileCompleted _,
                    Observation.PartApplied _ -> {}
        }
    }

    private void about(EntityName entity) {
        span.setAttribute(Keys.ENTITY, entity.toString());
    }

    private static Attributes outcomes(Observation.OperationsSettled settled) {
        Map<Observation.Outcome, Long> counts = new EnumMap<>(Observation.Outcome.class);
        settled.operations().forEach(operation -> counts.merge(operation.outcome(), 1L, Long::sum));
        AttributesBuilder attributes = Attributes.builder()
                .put(Keys.OPERATIONS, (long) settled.operations().size());
        counts.forEach((outcome, count) -> attributes.put(Keys.outcome(word(outcome)), count));
        return attributes.build();
    }

    private static String word(Enum<?> of) {
        return of.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    @Override
    public void failed(Throwable failure) {
        span.setAttribute(Keys.ERROR, kind(failure)).setStatus(StatusCode.ERROR);
    }

    private static String kind(Throwable failure) {
        return switch (failure) {
            case Refusal refusal -> refusal.problem().code().code();
            case DatabaseException database -> "SQLSTATE " + database.getSqlState();
            default -> failure.getClass().getSimpleName();
        };
    }

    @Override
    public void answered(String route, int status) {
        span.updateName(name + " " + route).setAttribute(Keys.ROUTE, route);
        if (status > 0) {
            span.setAttribute(Keys.STATUS, (long) status);
        } else {
            span.setAttribute(Keys.ERROR, "client-gone");
        }
        if (status >= 500) {
            span.setStatus(StatusCode.ERROR);
        }
    }

    @Override
    public void end() {
        span.end();
    }
}
