package dev.tidegate.api;

import dev.tidegate.problem.Problem;
import dev.tidegate.problem.ProblemCode;
import dev.tidegate.problem.Refusal;
import io.github.bucket4j.TimeMeter;
import io.vertx.core.net.SocketAddress;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Lets in no more calls than the gateway can work on, and of nobody more than is his: by his address before anything is known of
 * him, then by his name. Probes and connectivity are always answered.
 */
@Singleton
final class Admission {
    private static final Duration SOON = Duration.ofSeconds(1);
    private static final String COUNTED = Admission.class.getName();

    private final int most;
    private final Optional<CallRate> ofCaller;
    private final Optional<CallRate> ofAddress;
    private final Faults faults;
    private final ProblemAnswers problems;
    private final AtomicInteger underWay = new AtomicInteger();

    @Inject
    Admission(AdmissionLimits limits, Faults faults, ProblemAnswers problems) {
        this.most = limits.calls;
        this.ofCaller = limits.caller.map(rate -> new CallRate(rate, TimeMeter.SYSTEM_NANOTIME));
        this.ofAddress = limits.address.map(rate -> new CallRate(rate, TimeMeter.SYSTEM_NANOTIME));
        this.faults = faults;
        this.problems = problems;
    }

    void install(@Observes Router router) {
        router.route().order(Integer.MIN_VALUE + 12).handler(this::judge);
    }

    /** How many calls are under way now, listeners not counted. */
    int underWay() {
        return underWay.get();
    }

    /** Counts a call of the caller, once for each request. */
    void requireRate(Signed signed, RoutingContext context) {
        if (ofCaller.isPresent() && context.get(COUNTED) == null) {
            context.put(COUNTED, true);
            ofCaller.get().tooEarly(signed.caller().name()).ifPresent(wait -> {
                throw new Refusal(tooOften("You call", wait));
            });
        }
    }

    private void judge(RoutingContext context) {
        String path = Faults.pathOf(context);
        Optional<Problem> refusal = isAlwaysServed(path) ? Optional.empty() : refusal(path, context);
        refusal.ifPresentOrElse(problem -> problems.send(context, faults.refused(problem, context)), context::next);
    }

    private Optional<Problem> refusal(String path, RoutingContext context) {
        Optional<Duration> tooEarly = ofAddress.flatMap(rate -> rate.tooEarly(address(context)));
        if (tooEarly.isPresent()) {
            return Optional.of(tooOften("Your address calls", tooEarly.get()));
        }
        return isListening(path) || enter(context) ? Optional.empty() : Optional.of(tooMany());
    }

    private boolean enter(RoutingContext context) {
        if (underWay.incrementAndGet() > most) {
            underWay.decrementAndGet();
            return false;
        }
        RequestEnd.then(context, underWay::decrementAndGet);
        return true;
    }

    private static String address(RoutingContext context) {
        @Nullable SocketAddress remote = context.request().remoteAddress();
        return remote == null ? "" : String.valueOf(remote.hostAddress());
    }

    private static boolean isAlwaysServed(String path) {
        return !(path.startsWith("/v1/") || path.startsWith("/admin/")) || path.equals(ConnectivityResource.PATH);
    }

    /** Listeners are counted for themselves ({@code tidegate.changes.listeners}). */
    private static boolean isListening(String path) {
        return path.endsWith("/changes/events");
    }

    private static Problem tooOften(String who, Duration wait) {
        return Problem.retryable(
                ProblemCode.RATE_LIMITED, who + " more often than the gateway allows. Wait, then go on.", wait);
    }

    private static Problem tooMany() {
        return Problem.retryable(
                ProblemCode.OVERLOADED,
                "The gateway works on as many calls as it can. Send this one again later.",
                SOON);
    }
}
