package dev.tidegate.outage;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;

/** Clients at work, each in a thread of its own. */
final class Crowd implements AutoCloseable {
    final List<FieldClient> clients = new ArrayList<>();
    private final List<Future<?>> running = new ArrayList<>();
    private final AtomicBoolean over = new AtomicBoolean();
    private final ExecutorService threads = Executors.newCachedThreadPool();

    static Crowd atWork(int size, long seed, BatchCalls calls, List<String> customers) {
        Crowd crowd = new Crowd();
        for (int i = 0; i < size; i++) {
            FieldClient client = new FieldClient("c" + i, seed + i, calls, customers);
            crowd.clients.add(client);
            crowd.running.add(crowd.threads.submit(() -> {
                client.workUntil(crowd.over::get);
                return null;
            }));
        }
        return crowd;
    }

    /** Each ends with an acknowledged batch. Fails when one of them was answered what no client should be. */
    void finish() throws InterruptedException, ExecutionException {
        over.set(true);
        for (Future<?> one : running) {
            one.get();
        }
    }

    String summary() {
        long acknowledged = sum(client -> client.sent.stream()
                .filter(batch -> batch.position().isPresent())
                .count());
        long operations = sum(client -> client.sent.stream()
                .filter(batch -> batch.position().isPresent())
                .mapToLong(batch -> batch.operations().size())
                .sum());
        return clients.size() + " clients, " + acknowledged + " acknowledged batches with " + operations
                + " operations, " + sum(client -> client.repeated) + " unanswered sent again, "
                + sum(client -> client.doubled) + " sent twice, " + sum(client -> client.givenUp) + " given up";
    }

    private long sum(java.util.function.ToLongFunction<FieldClient> of) {
        return clients.stream().mapToLong(of).sum();
    }

    @Override
    public void close() {
        over.set(true);
        threads.shutdownNow();
    }
}
