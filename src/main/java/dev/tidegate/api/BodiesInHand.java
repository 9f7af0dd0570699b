package dev.tidegate.api;

import dev.tidegate.problem.Problem;
import dev.tidegate.problem.ProblemCode;
import dev.tidegate.problem.Refusal;
import io.quarkus.runtime.configuration.MemorySize;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Counts the bytes of all bodies that are being read or worked on, from their arrival to the end of their requests, so that
 * many large ones at once are refused rather than held until memory is out.
 */
@Singleton
final class BodiesInHand {
    private static final int SHARE_OF_HEAP = 8;

    private final long most;
    private final AtomicLong held = new AtomicLong();

    @Inject
    BodiesInHand(
            @ConfigProperty(name = "tidegate.limits.bodies") Optional<MemorySize> most,
            @ConfigProperty(name = "tidegate.limits.body", defaultValue = "10M") MemorySize one) {
        this(Math.max(
                one.asLongValue(),
                most.map(MemorySize::asLongValue).orElse(Runtime.getRuntime().maxMemory() / SHARE_OF_HEAP)));
    }

    BodiesInHand(long most) {
        this.most = most;
    }

    /** What one request holds; given back when the request ends. One whose client is gone already holds nothing. */
    Hold of(RoutingContext context) {
        Hold hold = hold();
        RequestEnd.then(context, hold::giveBack);
        return hold;
    }

    Hold hold() {
        return new Hold();
    }

    long held() {
        return held.get();
    }

    /** The share of one request. */
    final class Hold {
        private long bytes;
        private boolean over;

        /** Whether there is room for so much more; what is asked for after the end of the request is not held. */
        synchronized boolean more(long wanted) {
            if (over) {
                return true;
            }
            if (held.addAndGet(wanted) > most) {
                held.addAndGet(-wanted);
                return false;
            }
            bytes += wanted;
            return true;
        }

        synchronized void giveBack() {
            held.addAndGet(-bytes);
            bytes = 0;
            over = true;
        }
    }

    static Refusal tooMany() {
        return new Refusal(Problem.retryable(
                ProblemCode.QUEUE_FULL,
                "The gateway has as many request bodies in hand as it may. Send the same again later.",
                Duration.ofSeconds(2)));
    }
}
