package dev.tidegate.ops.tracing;

import dev.tidegate.model.StoreName;
import dev.tidegate.observation.Observation;
import dev.tidegate.observation.Observer;
import dev.tidegate.observation.RequestTrail;
import dev.tidegate.observation.Span;
import dev.tidegate.observation.TraceParent;
import dev.tidegate.observation.Work;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.SpanLimits;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Makes spans of what is followed, and sends those that are recorded. A call belongs to the trace that its caller names, and is
 * recorded if the caller says so; else it begins a trace, of which a part is recorded. What is done for a call is recorded with it. An
 * attempt to apply batches begins a trace of its own, which links to the calls that brought them, and is recorded if one of those is.
 */
public final class Traces implements Observer, AutoCloseable {
    private static final Duration SEND_EVERY = Duration.ofSeconds(1);
    private static final int MOST_WAITING = 4096;
    private static final int MOST_AT_ONCE = 512;
    private static final Duration LAST_WORDS = Duration.ofSeconds(3);

    /** Links, and events, of one span; how many more there would have been is told with it. */
    static final int MOST_LINKS = 128;

    private static final Set<String> METHODS = Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");

    private final SdkTracerProvider provider;
    private final Tracer tracer;
    private final Supplier<Optional<RequestTrail>> current;

    Traces(SpanExporter exporter, Tracing.Sampling sampling, Supplier<Optional<RequestTrail>> current) {
        this.provider = SdkTracerProvider.builder()
                .setResource(Resource.getDefault().merge(Resource.create(resource(sampling.version()))))
                .setSampler(new LinkedSampler(sampling.ratio()))
                .setSpanLimits(SpanLimits.builder()
                        .setMaxNumberOfLinks(MOST_LINKS)
                        .setMaxNumberOfEvents(MOST_LINKS)
                        .build())
                .addSpanProcessor(BatchSpanProcessor.builder(exporter)
                        .setScheduleDelay(SEND_EVERY)
                        .setMaxQueueSize(MOST_WAITING)
                        .setMaxExportBatchSize(MOST_AT_ONCE)
                        .build())
                .build();
        this.tracer = provider.get("dev.tidegate", sampling.version());
        this.current = current;
    }

    private static Attributes resource(String version) {
        return Attributes.builder()
                .put("service.name", "tidegate")
                .put("service.version", version)
                .put("service.instance.id", UUID.randomUUID().toString())
                .build();
    }

    @Override
    public boolean follows() {
        return true;
    }

    @Override
    public Span follow(Work work) {
        return switch (work) {
            case Work.Call call -> call(call);
            case Work.Intake(var of) -> ofQueue("accept", of);
            case Work.Application application -> application(application);
            case Work.Change(var store, var of) -> ofStore(store, "write", of);
            case Work.Settlement(var of) -> ofQueue("settle", of);
        };
    }

    private Span call(Work.Call call) {
        String method = METHODS.contains(call.method()) ? call.method() : "_OTHER";
        return begun(
                method,
                SpanKind.SERVER,
                span -> span.setParent(call.by().map(by -> placed(by, true)).orElseGet(Context::root))
                        .setAttribute(Keys.METHOD, method));
    }

    private Span application(Work.Application application) {
        StoreName store = application.store();
        return begun("apply " + store, SpanKind.CONSUMER, span -> {
            span.setNoParent()
                    .setAttribute(Keys.STORE, store.value())
                    .setAttribute(Keys.PARTS, (long) application.parts())
                    .setAttribute(Keys.OPERATIONS, (long) application.operations())
                    .setAttribute(Keys.LATE, application.late());
            application.submissions().forEach(submission -> span.addLink(context(submission, true)));
        });
    }

    private Span ofStore(StoreName store, String operation, TraceParent of) {
        return ofDatabase(store.value(), operation, of, span -> span.setAttribute(Keys.STORE, store.value()));
    }

    private Span ofQueue(String operation, TraceParent of) {
        return ofDatabase("queue", operation, of, _ -> {});
    }

    private Span ofDatabase(String database, String operation, TraceParent of, Consumer<SpanBuilder> more) {
        return begun(operation + " " + database, SpanKind.CLIENT, span -> {
            span.setParent(placed(of, false))
                    .setAttribute(Keys.DB_SYSTEM, "postgresql")
                    .setAttribute(Keys.DB_OPERATION, operation);
            more.accept(span);
        });
    }

    private Span begun(String name, SpanKind kind, Consumer<SpanBuilder> more) {
        SpanBuilder span = tracer.spanBuilder(name).setSpanKind(kind);
        more.accept(span);
        io.opentelemetry.api.trace.Span begun = span.startSpan();
        return begun.isRecording() ? new RecordedSpan(begun, name) : new UnrecordedSpan(begun.getSpanContext());
    }

    private static Context placed(TraceParent at, boolean remote) {
        return Context.root().with(io.opentelemetry.api.trace.Span.wrap(context(at, remote)));
    }

    private static SpanContext context(TraceParent at, boolean remote) {
        TraceFlags flags = at.recorded() ? TraceFlags.getSampled() : TraceFlags.getDefault();
        return remote
                ? SpanContext.createFromRemoteParent(at.trace(), at.span(), flags, TraceState.getDefault())
                : SpanContext.create(at.trace(), at.span(), flags, TraceState.getDefault());
    }

    /** A call of a store, by the request that is being worked on; empty if that is not recorded. */
    Optional<Span> begun(StoreName store, String operation) {
        return current.get().flatMap(trail -> trail.span().recorded()).map(of -> ofStore(store, operation, of));
    }

    /** The same, until its outcome is known. */
    <T> Uni<T> call(StoreName store, String operation, Supplier<Uni<T>> work) {
        return Uni.createFrom()
                .deferred(() -> begun(store, operation)
                        .map(span -> work.get()
                                .onFailure()
                                .invoke(span::failed)
                                .onTermination()
                                .invoke(span::end))
                        .orElseGet(work));
    }

    /** What tells more of the request that is being worked on; of the others their spans are told by who follows them. */
    @Override
    public void see(Observation observation) {
        if (observation instanceof Observation.OfCall) {
            current.get().ifPresent(trail -> trail.span().see(observation));
        }
    }

    /** Sends what is left, for a moment. */
    @Override
    public void close() {
        provider.shutdown().join(LAST_WORDS.toMillis(), TimeUnit.MILLISECONDS);
    }
}
