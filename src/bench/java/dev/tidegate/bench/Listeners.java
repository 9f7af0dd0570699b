package dev.tidegate.bench;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import java.util.Arrays;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;

/** Many that listen for changes, each on a connection of its own. */
final class Listeners implements AutoCloseable {
    private static final int AT_A_TIME = 200;

    private final HttpClient client;
    private final int port;
    private final String authorization;
    private final AtomicLongArray heard;
    private final AtomicInteger begun = new AtomicInteger();
    private volatile CountDownLatch hearing = new CountDownLatch(0);

    Listeners(Vertx vertx, int port, String authorization, int count) {
        this.client = vertx.createHttpClient(
                new HttpClientOptions().setKeepAlive(true), new PoolOptions().setHttp1MaxSize(count));
        this.port = port;
        this.authorization = authorization;
        this.heard = new AtomicLongArray(count);
    }

    /** Counts down as they are told that they listen. */
    CountDownLatch open(String path) {
        CountDownLatch listening = new CountDownLatch(heard.length());
        for (int i = 0; i < Math.min(AT_A_TIME, heard.length()); i++) {
            next(path, listening);
        }
        return listening;
    }

    private void next(String path, CountDownLatch listening) {
        int number = begun.getAndIncrement();
        if (number >= heard.length()) {
            return;
        }
        client.request(HttpMethod.GET, port, "127.0.0.1", path + UUID.randomUUID())
                .compose(request -> request.putHeader("Authorization", authorization)
                        .putHeader("Accept", "text/event-stream")
                        .send())
                .onSuccess(response -> response.handler(chunk -> take(number, chunk, path, listening)))
                .onFailure(Throwable::printStackTrace);
    }

    private void take(int number, Buffer chunk, String path, CountDownLatch listening) {
        String text = chunk.toString();
        if (text.contains(": listening")) {
            listening.countDown();
            next(path, listening);
        }
        if (text.contains("event: change") && heard.compareAndSet(number, 0, System.nanoTime())) {
            hearing.countDown();
        }
    }

    /** How long after something each has heard of it, in order. */
    long[] heardAfter(Runnable something) throws InterruptedException {
        for (int i = 0; i < heard.length(); i++) {
            heard.set(i, 0);
        }
        hearing = new CountDownLatch(heard.length());
        something.run();
        long start = System.nanoTime();
        if (!hearing.await(30, TimeUnit.SECONDS)) {
            throw new IllegalStateException(hearing.getCount() + " have heard nothing");
        }
        long[] took = new long[heard.length()];
        for (int i = 0; i < took.length; i++) {
            took[i] = heard.get(i) - start;
        }
        Arrays.sort(took);
        return took;
    }

    @Override
    public void close() {
        client.close().toCompletionStage().toCompletableFuture().join();
    }
}
