package dev.tidegate.store;

import dev.tidegate.model.StoreName;
import dev.tidegate.problem.Problem;
import dev.tidegate.problem.ProblemCode;
import dev.tidegate.problem.Refusal;
import dev.tidegate.upload.StoreNotReady;
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
 * What a failed statement means: to a client, that the store cannot be reached, is too busy, or took too long; to the store's
 * circuit, whether it is the store that fails. Everything else is a bug of the gateway or of the model, or the request's own
 * fault, and stays the exception that it is.
 */
final class StoreFailures {
    private static final Duration RETRY_AFTER = Duration.ofSeconds(5);
    private static final Duration RETRY_SOON = Duration.ofSeconds(1);

    private static final String QUERY_CANCELED = "57014";

    /** Shutting down, crashed, starting, too many connections, read-only or out of disk. */
    private static final Set<String> UNAVAILABLE =
            Set.of("57P01", "57P02", "57P03", "57P04", "53000", "53100", "53200", "53300");

    private enum Kind {
        UNREACHABLE,
        TOO_SLOW,
        /** No connection was free in time, or the pool was closed under the call: says nothing about the store. */
        BUSY,
        NOT_THE_STORES
    }

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
        return switch (kind(failure)) {
            case UNREACHABLE ->
                retryable("Data store '" + store + "' cannot be reached. Try again later.", RETRY_AFTER, failure);
            case BUSY -> retryable(busy(store), RETRY_SOON, failure);
            case TOO_SLOW ->
                new Refusal(
                        Problem.of(
                                ProblemCode.STORE_TIMEOUT,
                                "Data store '" + store + "' did not answer in time. Ask for less, or try again later."),
                        failure);
            case NOT_THE_STORES -> failure;
        };
    }

    /** A call that finds every place in the store taken. */
    static Refusal full(StoreName store) {
        return retryable(busy(store), RETRY_SOON, null);
    }

    static Refusal down(StoreName store, Duration wait) {
        return retryable(
                "Data store '" + store + "' is down at the moment. Try again later; offline batches are taken"
                        + " meanwhile.",
                wait,
                null);
    }

    /** Another call is finding out whether the store works again. */
    static Refusal beingTried(StoreName store) {
        return retryable(
                "Data store '" + store + "' is coming back and tried with one call at a time. Try again soon.",
                RETRY_SOON,
                null);
    }

    /** Whether it is the store that fails: not to be reached, too slow, out of resources. Also of what was translated. */
    static boolean isTheStores(Throwable failure) {
        return switch (kind(origin(failure))) {
            case UNREACHABLE, TOO_SLOW -> true;
            case BUSY, NOT_THE_STORES -> false;
        };
    }

    static boolean isUnreachable(Throwable failure) {
        return kind(origin(failure)) == Kind.UNREACHABLE;
    }

    private static Throwable origin(Throwable failure) {
        Throwable cause = failure.getCause();
        return cause != null && (failure instanceof Refusal || failure instanceof StoreNotReady) ? cause : failure;
    }

    private static Kind kind(Throwable failure) {
        return switch (failure) {
            case TimeoutException _ -> Kind.TOO_SLOW;
            case io.smallrye.mutiny.TimeoutException _ -> Kind.TOO_SLOW;
            case PgException refused -> kind(refused.getSqlState());
            case ClosedConnectionException _ -> Kind.UNREACHABLE;
            case IOException _ -> Kind.UNREACHABLE;
            // The pool's own words: no connection in time, or it was closed under the call.
            case NoStackTraceThrowable _ -> Kind.BUSY;
            case VertxException wait when says(wait, "Timeout waiting") -> Kind.BUSY;
            case VertxException _ -> Kind.UNREACHABLE;
            case IllegalStateException closed when says(closed, "closed") -> Kind.BUSY;
            default -> Kind.NOT_THE_STORES;
        };
    }

    private static Kind kind(@Nullable String state) {
        if (QUERY_CANCELED.equals(state)) {
            return Kind.TOO_SLOW;
        }
        return state != null && (state.startsWith("08") || UNAVAILABLE.contains(state))
                ? Kind.UNREACHABLE
                : Kind.NOT_THE_STORES;
    }

    private static boolean says(Exception failure, String words) {
        @Nullable String message = failure.getMessage();
        return message != null && message.contains(words);
    }

    private static String busy(StoreName store) {
        return "Data store '" + store + "' is busy with other calls. Try again soon.";
    }

    static Refusal unavailable(StoreName store) {
        return retryable("Data store '" + store + "' cannot be reached. Try again later.", RETRY_AFTER, null);
    }

    private static Refusal retryable(String detail, Duration wait, @Nullable Throwable cause) {
        return new Refusal(Problem.retryable(ProblemCode.STORE_UNAVAILABLE, detail, wait), cause);
    }
}
