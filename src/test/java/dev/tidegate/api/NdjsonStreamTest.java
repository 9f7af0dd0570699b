package dev.tidegate.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidegate.edition.Editions;
import dev.tidegate.edition.SampleEditions;
import dev.tidegate.observation.Observation.StreamEnd;
import dev.tidegate.ops.Demo;
import dev.tidegate.problem.ProblemCode;
import dev.tidegate.problem.Refusal;
import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.ext.web.Router;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Streams whose pieces are there as soon as they are asked for. */
class NdjsonStreamTest {
    private static final Duration SOON = Duration.ofSeconds(20);

    private final Vertx vertx = Vertx.vertx();
    private final HttpClient http = HttpClient.newHttpClient();
    private final BlockingQueue<StreamEnd> ends = new LinkedBlockingQueue<>();

    @AfterEach
    void stop() {
        http.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    @Test
    void lines_come_in_the_order_of_their_pieces() throws Exception {
        assertThat(lines(List.of(piece("1", false), piece("2", false), piece("3", true))))
                .containsExactly("1", "2", "3");
        assertThat(ends.poll(SOON.toSeconds(), TimeUnit.SECONDS)).isEqualTo(StreamEnd.SERVED);
    }

    @Test
    void what_is_wrong_at_once_is_told_behind_the_lines_before() throws Exception {
        Refusal away = Refusal.of(ProblemCode.STORE_UNAVAILABLE, "It is away.");

        List<String> lines = lines(List.of(piece("1", false), Uni.createFrom().failure(away)));

        assertThat(lines).hasSize(2).startsWith("1");
        assertThat(lines.getLast()).startsWith("{\"problem\":").contains("It is away.");
        assertThat(ends.poll(SOON.toSeconds(), TimeUnit.SECONDS)).isEqualTo(StreamEnd.FAILED);
    }

    @Test
    void a_gateway_that_stops_goes_on_to_where_its_client_can_go_on_elsewhere() throws Exception {
        List<String> lines = lines(
                List.of(piece("1", false), piece("2", false), piece("3", false, true), piece("4", true)),
                streams -> streams.stop(new ShutdownDelayInitiatedEvent()));

        assertThat(lines).containsExactly("1", "2", "3");
        assertThat(ends.poll(SOON.toSeconds(), TimeUnit.SECONDS)).isEqualTo(StreamEnd.SERVED);
    }

    private static Uni<LineStream.Piece> piece(String line, boolean last) {
        return piece(line, last, false);
    }

    private static Uni<LineStream.Piece> piece(String line, boolean last, boolean resumable) {
        return Uni.createFrom().item(new LineStream.Piece(Buffer.buffer(line + "\n"), 1, last, resumable));
    }

    private List<String> lines(List<Uni<LineStream.Piece>> pieces) throws Exception {
        return lines(pieces, _ -> {});
    }

    private List<String> lines(List<Uni<LineStream.Piece>> pieces, Consumer<NdjsonStreams> before) throws Exception {
        Deque<Uni<LineStream.Piece>> left = new ArrayDeque<>(pieces);
        LineStream stream = new LineStream() {
            @Override
            public Uni<Piece> next(int most) {
                return left.removeFirst();
            }

            @Override
            public void close(StreamEnd how) {
                ends.add(how);
            }
        };
        Faults faults = new Faults(_ -> {}, new RequestEditions(new Editions(SampleEditions.of(Demo.model()))));
        NdjsonStreams streams = new NdjsonStreams(faults, vertx, SOON);
        before.accept(streams);
        Router router = Router.router(vertx);
        router.get("/lines")
                .handler(context -> streams.send(context, Uni.createFrom().item(stream))
                        .subscribe()
                        .with(_ -> {}, context::fail));
        HttpServer server = vertx.createHttpServer()
                .requestHandler(router)
                .listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .join();
        URI uri = URI.create("http://127.0.0.1:" + server.actualPort() + "/lines");
        return http.send(HttpRequest.newBuilder(uri).timeout(SOON).build(), BodyHandlers.ofString())
                .body()
                .lines()
                .toList();
    }
}
