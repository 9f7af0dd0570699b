package dev.tidegate.store;

import dev.tidegate.sql.SqlQuery;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.impl.ContextInternal;
import io.vertx.pgclient.PgConnection;
import io.vertx.sqlclient.SqlResult;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A connection on which many statements are under way at a time, one behind the other. They are short by nature, or have been so
 * far; should one be long all the same, because somebody else's lock or a slow disk holds it up, those behind it are told so by {@link Overtaken} and
 * ask elsewhere, and nobody joins until it is through. Everything happens on one event loop.
 */
final class SharedLine {
    /** Between two looks; nothing answered from one to the next is a line that is held up. */
    private static final long LOOK_MILLIS = 50;

    /** What is quick by experience only does not make a line longer than this. */
    private static final long LONGEST_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    private final Vertx vertx;
    private final PgConnection connection;
    private final int most;
    private final Deque<Asked> asked = new ArrayDeque<>();
    private boolean watched;
    private boolean heldUp;
    private boolean closed;
    private long answers;
    private long answersAtLastLook;
    private long expected;
    private long lastAnswerAt = System.nanoTime();

    SharedLine(Vertx vertx, PgConnection connection, int most) {
        this.vertx = vertx;
        this.connection = connection;
        this.most = most;
        connection.closeHandler(_ -> closed = true);
    }

    boolean isClosed() {
        return closed;
    }

    boolean isFree() {
        return !closed && !heldUp && asked.size() < most;
    }

    /** Whether another one of this pace may join a line that is free. */
    boolean hasTimeFor(Pace pace) {
        return pace.isQuick() ? expected + pace.expected() <= LONGEST_NANOS : pace.isTrial();
    }

    /** To be called only of a line that is free. */
    Future<List<@Nullable Object[]>> ask(SqlQuery query, @Nullable Object[] binds, Duration patience, Pace pace) {
        Asked mine =
                new Asked(((ContextInternal) vertx.getOrCreateContext()).promise(), System.nanoTime(), patience, pace);
        asked.add(mine);
        expected += mine.expected;
        watch();
        Future<SqlResult<List<@Nullable Object[]>>> answer =
                connection.preparedQuery(query.text()).collecting(PgValues.ROWS).execute(PgValues.tuple(binds));
        answer.onComplete(_ -> answered(mine, answer));
        return mine.promise.future();
    }

    private void answered(Asked call, Future<SqlResult<List<@Nullable Object[]>>> answer) {
        answers++;
        call.answered = true;
        expected -= call.expected;
        long now = System.nanoTime();
        // What came before it has kept the connection until then.
        call.pace.tookShared(now - Math.max(call.at, lastAnswerAt));
        lastAnswerAt = now;
        // A statement that is prepared first may be answered later than the next one.
        for (Asked first = asked.peek(); first != null && first.answered; first = asked.peek()) {
            asked.remove();
        }
        heldUp &= !asked.isEmpty();
        if (answer.succeeded()) {
            call.promise.tryComplete(answer.result().value());
        } else {
            call.promise.tryFail(answer.cause());
        }
    }

    private void watch() {
        if (!watched) {
            watched = true;
            answersAtLastLook = -1;
            var _ = vertx.setTimer(LOOK_MILLIS, _ -> look());
        }
    }

    private void look() {
        Asked first = asked.peek();
        if (first == null) {
            watched = false;
            return;
        }
        if (answers == answersAtLastLook) {
            heldUp = true;
            asked.stream().skip(1).forEach(behind -> behind.promise.tryFail(new Overtaken()));
            if (first.at + first.patience.toNanos() - System.nanoTime() < 0) {
                first.promise.tryFail(new TimeoutException("no answer in time"));
                close();
            }
        }
        answersAtLastLook = answers;
        var _ = vertx.setTimer(LOOK_MILLIS, _ -> look());
    }

    /** A connection into nowhere does not hear it, and ends itself when nothing has moved for a while. */
    void close() {
        closed = true;
        connection.close();
    }

    private static final class Asked {
        private final Promise<List<@Nullable Object[]>> promise;
        private final long at;
        private final Duration patience;
        private final Pace pace;
        private final long expected;
        private boolean answered;

        Asked(Promise<List<@Nullable Object[]>> promise, long at, Duration patience, Pace pace) {
            this.promise = promise;
            this.at = at;
            this.patience = patience;
            this.pace = pace;
            this.expected = pace.expected();
        }
    }

    /** A statement before this one takes unexpectedly long; nothing is wrong with this one. */
    static final class Overtaken extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Overtaken() {
            super("held up behind another statement", null, false, false);
        }
    }
}
