package dev.tidegate.bench;

import io.vertx.core.CompositeFuture;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** What a database gives without a gateway: so many connections, each inserting one row and committing it, again and again. */
final class SingleCommits implements AutoCloseable {
    private static final int MOST = 1_000_000;
    private static final String INSERT = "INSERT INTO single_commits (id, body) VALUES ($1, $2)";

    private final Vertx vertx = Vertx.vertx();
    private final PgConnectOptions options;
    private final String body;

    /** @param body of each row */
    SingleCommits(PgConnectOptions options, String body) {
        this.options = new PgConnectOptions(options).setCachePreparedStatements(true);
        this.body = body;
    }

    void prepare() {
        done(PgConnection.connect(vertx, options)
                .compose(connection -> connection
                        .query("CREATE TABLE single_commits (id uuid PRIMARY KEY, body text NOT NULL)")
                        .execute()
                        .compose(_ -> connection.close())));
    }

    Load.Measured run(int connections, Duration duration) throws InterruptedException {
        List<Future<PgConnection>> opening = new ArrayList<>();
        for (int i = 0; i < connections; i++) {
            opening.add(PgConnection.connect(vertx, options));
        }
        CompositeFuture opened = done(Future.all(opening));
        Round round = new Round(connections, System.nanoTime() + duration.toNanos());
        long start = System.nanoTime();
        List<PgConnection> all = opened.list();
        all.forEach(round::next);
        round.done.await();
        Duration took = Duration.ofNanos(System.nanoTime() - start);
        all.forEach(connection -> done(connection.close()));
        if (round.failed.get() > 0) {
            throw new IllegalStateException(round.failed.get() + " inserts failed");
        }
        return Load.Measured.of(round.latencies, round.committed.get(), took);
    }

    private static <T> T done(Future<T> future) {
        return future.toCompletionStage().toCompletableFuture().join();
    }

    @Override
    public void close() {
        done(vertx.close());
    }

    private final class Round {
        private final long end;
        private final long[] latencies = new long[MOST];
        private final AtomicInteger committed = new AtomicInteger();
        private final AtomicLong failed = new AtomicLong();
        private final CountDownLatch done;

        Round(int connections, long end) {
            this.end = end;
            this.done = new CountDownLatch(connections);
        }

        void next(PgConnection connection) {
            long start = System.nanoTime();
            if (start > end) {
                done.countDown();
                return;
            }
            connection
                    .preparedQuery(INSERT)
                    .execute(Tuple.of(UUID.randomUUID(), body))
                    .onComplete(inserted -> {
                        if (inserted.succeeded()) {
                            latencies[committed.getAndIncrement()] = System.nanoTime() - start;
                        } else {
                            failed.incrementAndGet();
                        }
                        next(connection);
                    });
        }
    }
}
