package dev.tidegate.store;

import dev.tidegate.model.StoreName;
import dev.tidegate.problem.Problem;
import dev.tidegate.problem.ProblemCode;
import dev.tidegate.problem.Refusal;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Future;
import io.vertx.core.VertxException;
import io.vertx.core.impl.NoStackTraceThrowable;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.ClosedConnectionException;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What a failed statement means to a client: the store cannot be reached, or it took too long. Everything else is a bug of
 * the gateway or of the model, and stays the exception that it is.
 */
final class StoreFailures {
    private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

    private static final String QUERY_CANCELED = "57014";

    /** Shutting down, crashed, starting, too many connections, read-only or out of disk. */
    private static final Set<String> UNAVAILABLE =
            Set.of("57P01", "57P02", "57P03", "57P04", "53000", "53100", "53200", "53300");

    private StoreFailures() {}

    /** What the store answers, its failures as a client may see them. */
    static <T> Uni<T> uni(StoreName store, Supplier<Future<T>> ask) {
        return Uni.createFrom()
                .emitter(emitter -> ask.get().onComplete(answer -> {
                    if (answer.succeeded()) {
                        emitter.complete(answer.result());
                    } else {
                        emitter.fail(translated(store, answer.cause()));
                    }
                }));
    }

    static Throwable translated(StoreName store, Throwable failure) {
        return switch (failure) {
            case Refusal refusal -> refusal;
            case TimeoutException _ -> timeout(store);
            case PgException refused -> ofState(store, refused);
            case ClosedConnectionException _ -> unavailable(store);
            case IOException _ -> unavailable(store);
            // The pool's own words: no connection in time, or it was closed under the request.
            case NoStackTraceThrowable _ -> timeout(store);
            case VertxException _ -> unavailable(store);
            case IllegalStateException closed when isClosedPool(closed) -> unavailable(store);
            default -> failure;
        };
    }

    private static Throwable ofState(StoreName store, PgException refused) {
        @Nullable String state = refused.getSqlState();
        if (QUERY_CANCELED.equals(state)) {
            return timeout(store);
        }
        return state != null && (state.startsWith("08") || UNAVAILABLE.contains(state)) ? unavailable(store) : refused;
    }

    private static boolean isClosedPool(IllegalStateException failure) {
        @Nullable String message = failure.getMessage();
        return message != null && message.contains("closed");
    }

    private static Refusal unavailable(StoreName store) {
        return new Refusal(Problem.retryable(
                ProblemCode.STORE_UNAVAILABLE,
                "Data store '" + store + "' cannot be reached. Try again later.",
                RETRY_AFTER));
    }

    private static Refusal timeout(StoreName store) {
        return new Refusal(Problem.of(
                ProblemCode.STORE_TIMEOUT,
                "Data store '" + store + "' did not answer in time. Ask for less, or try again later."));
    }
}
