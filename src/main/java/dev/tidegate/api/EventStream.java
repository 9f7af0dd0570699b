package dev.tidegate.api;

import dev.tidegate.download.ChangeHints.Listening;
import dev.tidegate.download.Ear;
import dev.tidegate.model.ClientId;
import dev.tidegate.model.ClientKey;
import dev.tidegate.model.EntityName;
import dev.tidegate.observation.Observation;
import dev.tidegate.observation.Observation.ListeningEnd;
import dev.tidegate.policy.Caller;
import dev.tidegate.problem.Problem;
import dev.tidegate.problem.ProblemCode;
import dev.tidegate.problem.Refusal;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The hints on their way to one listening client. What comes while the client has not taken what was sent, or within a moment after
 * it, becomes one hint: besides the socket's buffer there is one set of names of entities in memory, however slow the client is. A client
 * that takes nothing for too long loses its connection. Lives on the event loop of its request.
 */
final class EventStream implements Ear {
    /** Hints that come closer together than this are one. */
    private static final Duration GATHERED = Duration.ofMillis(5);

    private static final Duration COME_AGAIN = Duration.ofSeconds(10);
    private static final long NO_TIMER = -1;

    private final EventStreams.Means means;
    private final Call call;
    private final HttpServerResponse response;
    private final Context loop;
    private final ClientDrain drain;
    private final SortedSet<EntityName> pending = new TreeSet<>();
    private final long began = System.nanoTime();
    private @Nullable Listening listening;
    private boolean hinted;
    private boolean waiting;
    private long lastHint = began - GATHERED.toNanos();
    private long gathering = NO_TIMER;
    private long heartbeat = NO_TIMER;
    private boolean over;

    EventStream(EventStreams.Means means, Call call) {
        this.means = means;
        this.call = call;
        this.response = call.context().response();
        this.loop = Objects.requireNonNull(Vertx.currentContext(), "requests arrive on an event loop");
        this.drain = new ClientDrain(means.vertx(), means.stall(), response);
    }

    /** Begins to listen, or refuses. The first that the client gets is a comment: from then on it will hear of whatever is committed. */
    void begin(UUID client) {
        Caller caller = call.caller();
        Optional<Listening> begun = call.edition()
                .hints()
                .listen(new ClientKey(caller.name(), new ClientId(client)), call.profile(), caller.roles(), this);
        listening = begun.orElseThrow(EventStream::full);
        call.context().addEndHandler(_ -> over(ListeningEnd.CLIENT_GONE));
        // A request that is paused would not see its client go.
        call.request().resume();
        headers();
        response.setChunked(true);
        var _ = response.write(EventText.comment("listening"));
        heartbeat = means.vertx().setPeriodic(means.heartbeat().toMillis(), _ -> beat());
    }

    /** What a stream begins with, and nothing more. */
    void head() {
        headers();
        var _ = response.end();
    }

    private void headers() {
        response.putHeader(HttpHeaders.CONTENT_TYPE, EventText.TYPE + "/" + EventText.SUBTYPE)
                // A proxy that gathers what it passes on would keep the hints for itself.
                .putHeader("X-Accel-Buffering", "no");
    }

    private static Refusal full() {
        return new Refusal(Problem.retryable(
                ProblemCode.RATE_LIMITED,
                "As many clients listen here as may. Pull now and then, and try to listen again later.",
                COME_AGAIN));
    }

    @Override
    public void hint(Set<EntityName> entities) {
        loop.runOnContext(_ -> {
            pending.addAll(entities);
            hinted = true;
            flow();
        });
    }

    @Override
    public void end(ListeningEnd how) {
        loop.runOnContext(_ -> bye(how, how == ListeningEnd.MODEL_CHANGED ? "model" : "shutdown"));
    }

    /** Sends what is to be told, once the client has taken what was sent before and the moment is over. */
    private void flow() {
        if (over || !hinted || waiting) {
            return;
        }
        if (response.writeQueueFull()) {
            waiting = true;
            drain.await(this::taken, this::stalled);
            return;
        }
        long left = lastHint + GATHERED.toNanos() - System.nanoTime();
        if (left <= 0) {
            send();
        } else if (gathering == NO_TIMER) {
            gathering =
                    means.vertx().setTimer(Math.max(1, Duration.ofNanos(left).toMillis()), _ -> gathered());
        }
    }

    private void send() {
        Buffer event = EventText.change(pending);
        pending.clear();
        hinted = false;
        lastHint = System.nanoTime();
        var _ = response.write(event);
        means.observer().see(new Observation.HintSent());
    }

    private void gathered() {
        gathering = NO_TIMER;
        flow();
    }

    private void taken() {
        waiting = false;
        flow();
    }

    private void stalled() {
        if (!over) {
            over(ListeningEnd.CLIENT_STALLED);
            CutOff.of(call.request());
        }
    }

    private void beat() {
        means.calls().again(call).subscribe().with(this::judged, _ -> judged(false));
    }

    private void judged(boolean stillAdmitted) {
        loop.runOnContext(_ -> {
            if (!stillAdmitted) {
                bye(ListeningEnd.CALLER_CHANGED, "caller");
            } else if (!over && !response.writeQueueFull()) {
                var _ = response.write(EventText.comment("here"));
            }
        });
    }

    private void bye(ListeningEnd how, String reason) {
        if (!over) {
            over(how);
            var _ = response.end(EventText.bye(reason));
        }
    }

    private void over(ListeningEnd how) {
        if (over) {
            return;
        }
        over = true;
        drain.stop();
        cancel(gathering);
        cancel(heartbeat);
        Objects.requireNonNull(listening).close();
        means.observer().see(new Observation.ListeningEnded(how, Duration.ofNanos(System.nanoTime() - began)));
    }

    private void cancel(long timer) {
        if (timer != NO_TIMER) {
            var _ = means.vertx().cancelTimer(timer);
        }
    }
}
