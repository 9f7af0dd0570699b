package dev.tidegate.ops.tracing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidegate.model.StoreName;
import dev.tidegate.observation.RequestTrail;
import dev.tidegate.observation.Span;
import dev.tidegate.observation.TraceParent;
import dev.tidegate.observation.Work;
import dev.tidegate.problem.ProblemCode;
import dev.tidegate.problem.Refusal;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import io.smallrye.mutiny.Uni;
import io.vertx.pgclient.PgException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class TracesTest {
    private static final StoreName FIELD = new StoreName("field");
    private static final TraceParent CALLER =
            new TraceParent("0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331", true);
    private static final TraceParent UNRECORDED = new TraceParent(CALLER.trace(), CALLER.span(), false);

    private final List<SpanData> sent = new CopyOnWriteArrayList<>();
    private Optional<RequestTrail> current = Optional.empty();
    private Traces traces = traces(0);

    private Traces traces(double ratio) {
        return new Traces(new Kept(sent), new Tracing.Sampling(ratio, "1"), () -> current);
    }

    /** Unlike the one it is made of it keeps what it has after its end. */
    private record Kept(InMemorySpanExporter exporter, List<SpanData> all) implements SpanExporter {
        Kept(List<SpanData> all) {
            this(InMemorySpanExporter.create(), all);
        }

        @Override
        public CompletableResultCode export(Collection<SpanData> spans) {
            all.addAll(spans);
            return exporter.export(spans);
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

    @AfterEach
    void close() {
        traces.close();
    }

    /** All that is sent by the end. */
    private List<SpanData> sent() {
        traces.close();
        return sent;
    }

    private Span call(Optional<TraceParent> by) {
        return traces.follow(new Work.Call("GET", by));
    }

    @Nested
    class Sampling {
        @Test
        void a_call_whose_caller_is_recorded_is_recorded_in_the_callers_trace() {
            Span span = call(Optional.of(CALLER));
            span.end();

            assertThat(span.recorded()).map(TraceParent::trace).contains(CALLER.trace());
            assertThat(sent()).singleElement().satisfies(one -> {
                assertThat(one.getTraceId()).isEqualTo(CALLER.trace());
                assertThat(one.getParentSpanId()).isEqualTo(CALLER.span());
            });
        }

        @Test
        void a_call_whose_caller_is_not_recorded_is_not_whatever_the_ratio_but_stands_in_its_trace() {
            traces.close();
            traces = traces(1);
            Span span = call(Optional.of(UNRECORDED));
            span.end();

            assertThat(span.recorded()).isEmpty();
            assertThat(span.place()).map(TraceParent::trace).contains(CALLER.trace());
            assertThat(sent()).isEmpty();
        }

        @Test
        void of_calls_that_come_from_nowhere_the_ratio_is_recorded() {
            assertThat(call(Optional.empty()).recorded()).isEmpty();
            assertThat(call(Optional.empty()).place()).isPresent();
            traces.close();
            traces = traces(0.5);

            assertThat(IntStream.range(0, 2_000)
                            .filter(_ -> call(Optional.empty()).recorded().isPresent())
                            .count())
                    .isBetween(800L, 1_200L);
        }

        @Test
        void an_attempt_begins_a_trace_and_is_recorded_for_those_that_it_links_to() {
            Span span = traces.follow(new Work.Application(FIELD, 2, 5, false, List.of(CALLER)));
            span.end();

            assertThat(sent()).singleElement().satisfies(one -> {
                assertThat(one.getParentSpanContext().isValid()).isFalse();
                assertThat(one.getTraceId()).isNotEqualTo(CALLER.trace());
                assertThat(one.getLinks())
                        .extracting(LinkData::getSpanContext)
                        .extracting(context -> context.getSpanId())
                        .containsExactly(CALLER.span());
            });
        }

        @Test
        void more_links_than_are_sensible_are_counted() {
            List<TraceParent> many = IntStream.rangeClosed(1, 500)
                    .mapToObj(n -> new TraceParent(CALLER.trace(), "%016x".formatted(n), true))
                    .toList();
            traces.follow(new Work.Application(FIELD, 500, 500, false, many)).end();

            assertThat(sent()).singleElement().satisfies(one -> {
                assertThat(one.getLinks()).hasSize(Traces.MOST_LINKS);
                assertThat(one.getTotalRecordedLinks()).isEqualTo(500);
            });
        }
    }

    @Nested
    class Stores {
        private void working(Span span) {
            current = Optional.of(new RequestTrail("r-1", Optional.empty(), span));
        }

        private SpanData ofStore() {
            return sent().stream()
                    .filter(span -> span.getName().equals("read field"))
                    .findFirst()
                    .orElseThrow();
        }

        @Test
        void a_call_of_a_store_is_part_of_the_request_that_is_worked_on() {
            Span request = call(Optional.of(CALLER));
            working(request);
            traces.call(FIELD, "read", () -> Uni.createFrom().item(1)).await().indefinitely();

            assertThat(ofStore().getParentSpanId())
                    .isEqualTo(request.place().orElseThrow().span());
        }

        @Test
        void without_a_request_or_for_one_that_is_not_recorded_there_is_none() {
            traces.call(FIELD, "read", () -> Uni.createFrom().item(1)).await().indefinitely();
            working(call(Optional.of(UNRECORDED)));
            traces.call(FIELD, "read", () -> Uni.createFrom().item(1)).await().indefinitely();

            assertThat(sent()).isEmpty();
        }

        @Test
        void of_a_failure_the_kind_is_told_and_no_message() {
            working(call(Optional.of(CALLER)));
            Throwable failure = new PgException("value \"secret\"", "ERROR", "22P02", "secret");
            traces.call(FIELD, "read", () -> Uni.createFrom().<Integer>failure(failure))
                    .onFailure()
                    .recoverWithItem(0)
                    .await()
                    .indefinitely();

            assertThat(ofStore().getAttributes().get(Keys.ERROR)).isEqualTo("SQLSTATE 22P02");
            assertThat(ofStore().getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
            assertThat(ofStore().toString()).doesNotContain("secret");
        }

        @Test
        void of_a_refusal_the_code_is_told() {
            working(call(Optional.of(CALLER)));
            traces.call(
                            FIELD,
                            "read",
                            () -> Uni.createFrom()
                                    .<Integer>failure(Refusal.of(ProblemCode.STORE_UNAVAILABLE, "secret")))
                    .onFailure()
                    .recoverWithItem(0)
                    .await()
                    .indefinitely();

            assertThat(ofStore().getAttributes().get(Keys.ERROR)).isEqualTo("store-unavailable");
        }

        @Test
        void what_nobody_waits_for_any_more_ends() {
            working(call(Optional.of(CALLER)));
            traces.call(FIELD, "read", () -> Uni.createFrom().<Integer>nothing())
                    .subscribe()
                    .with(_ -> {})
                    .cancel();

            assertThat(ofStore().hasEnded()).isTrue();
        }
    }
}
