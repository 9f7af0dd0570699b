package dev.tidegate.outage;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.ToLongFunction;

/** Clients at work, each in a thread of its own. */
final class Crowd implements AutoCloseable {
    final List<FieldClient> clients = new ArrayList<>();
    private final List<Future<?>> running = new ArrayList<>();
    private final AtomicBoolean over = new AtomicBoolean();
    private final AtomicBoolean held = new AtomicBoolean();
    private final ExecutorService threads = Executors.newCachedThreadPool();

    /** How many, how they work, and what repeats them. */
    record Plan(int size, Habits habits, long seed) {}

    static Crowd atWork(Plan plan, BatchCalls calls, List<String> customers, Path journals) {
        Crowd crowd = new Crowd();
        FieldClient.Surroundings around =
                new FieldClient.Surroundings(calls, List.copyOf(customers), journals, crowd::anyone);
        for (int i = 0; i < plan.size(); i++) {
            crowd.clients.add(new FieldClient("c" + i, plan.seed() + i, plan.habits(), around));
        }
        crowd.clients.forEach(client -> crowd.running.add(crowd.threads.submit(() -> {
            client.workUntil(crowd.over::get, crowd.held::get);
            return null;
        })));
        return crowd;
    }

    private FieldClient anyone() {
        return clients.get(ThreadLocalRandom.current().nextInt(clients.size()));
    }

    /** Nobody begins a new batch until told so. */
    void hold(boolean now) {
        held.set(now);
    }

    /** Fails when a client was answered what none should be. */
    void requireAllAtWork() throws InterruptedException, ExecutionException {
        for (Future<?> one : running) {
            if (one.isDone()) {
                one.get();
            }
        }
    }

    /** Each ends with an acknowledged batch. Fails when one of them was answered what no client should be. */
    void finish() throws InterruptedException, ExecutionException {
        over.set(true);
        for (Future<?> one : running) {
            one.get();
        }
        for (FieldClient client : clients) {
            client.keepPromises();
        }
    }

    /** Operations that were acknowledged. */
    long operations() {
        return sum(client -> client.journal.operations());
    }

    String summary() {
        return clients.size() + " clients, " + sum(client -> client.journal.batches()) + " acknowledged batches with "
                + operations() + " operations, " + sum(client -> client.repeated) + " unanswered sent again, "
                + sum(client -> client.doubled) + " sent twice, " + sum(client -> client.overtaken)
                + " sent before their predecessor, " + sum(client -> client.givenUp) + " given up";
    }

    private long sum(ToLongFunction<FieldClient> of) {
        return clients.stream().mapToLong(of).sum();
    }

    @Override
    public void close() {
        over.set(true);
        threads.shutdownNow();
        clients.forEach(client -> client.journal.close());
    }
}
