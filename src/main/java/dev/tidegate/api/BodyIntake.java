package dev.tidegate.api;

import dev.tidegate.problem.ProblemCode;
import dev.tidegate.problem.Refusal;
import io.smallrye.mutiny.subscription.UniEmitter;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;

/**
 * Takes in the bytes of one body. Beyond the limit, its own or that of all together, the answer is given at once and what still comes is thrown away for a
 * while, so that a client which only listens after sending can hear it; then the connection is closed.
 */
final class BodyIntake {
    private static final int PATIENCE = 8;

    private final HttpServerRequest request;
    private final int limit;
    private final BodiesInHand.Hold hold;
    private final UniEmitter<? super byte[]> emitter;
    private Buffer taken = Buffer.buffer();
    private long arrived;
    private boolean refused;

    BodyIntake(HttpServerRequest request, int limit, BodiesInHand.Hold hold, UniEmitter<? super byte[]> emitter) {
        this.request = request;
        this.limit = limit;
        this.hold = hold;
        this.emitter = emitter;
    }

    void start() {
        request.exceptionHandler(_ -> emitter.fail(broken()));
        request.endHandler(_ -> emitter.complete(taken.getBytes()));
        request.handler(this::take);
        if (announced() > limit) {
            refuse(tooLarge(limit));
        }
        // Quarkus REST has paused it, so that nothing is lost while the caller is being looked up.
        request.resume();
    }

    private void take(Buffer chunk) {
        arrived += chunk.length();
        if (refused) {
            if (arrived > (long) PATIENCE * limit) {
                request.connection().close();
            }
        } else if (arrived > limit) {
            refuse(tooLarge(limit));
        } else if (!hold.more(chunk.length())) {
            refuse(BodiesInHand.tooMany());
        } else {
            taken.appendBuffer(chunk);
        }
    }

    private void refuse(Refusal why) {
        refused = true;
        taken = Buffer.buffer();
        hold.giveBack();
        emitter.fail(why);
    }

    private long announced() {
        String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        try {
            return length == null ? 0 : Long.parseLong(length);
        } catch (NumberFormatException impossible) {
            return 0;
        }
    }

    private static Refusal broken() {
        return Refusal.of(ProblemCode.MALFORMED_REQUEST, "The body could not be read to its end.");
    }

    static Refusal tooLarge(int limit) {
        return Refusal.of(
                ProblemCode.TOO_LARGE,
                "The body is larger than " + limit + " bytes (inflated, if it is compressed). Split it.");
    }
}
