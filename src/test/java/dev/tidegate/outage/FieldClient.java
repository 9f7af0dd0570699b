package dev.tidegate.outage;

import dev.tidegate.testing.Until;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * A device as the contract wants it: sends batch after batch, each naming the one before, and sends again what was not
 * answered. Now and then it sends an answered one again, two at once, one before its predecessor, does not wait for an answer,
 * or gives a batch up whose answer did not come. It keeps a journal of what it sent and what should have come of it.
 */
final class FieldClient {
    /** Ask again. */
    private static final Set<Integer> LATER = Set.of(429, 503);

    private static final int UNKNOWN_PREDECESSOR = 409;

    final UUID id = UUID.randomUUID();
    final String name;
    final Journal journal;
    int repeated;
    int doubled;
    int overtaken;
    int givenUp;

    private final Random random;
    private final Habits habits;
    private final BatchCalls calls;
    private final FieldWork work;
    private Optional<UUID> last = Optional.empty();

    /** What a client finds around it: the objects that all change, a place for its journal, and any of its neighbours. */
    record Surroundings(BatchCalls calls, List<String> customers, Path journals, Supplier<FieldClient> neighbour) {}

    FieldClient(String name, long seed, Habits habits, Surroundings around) {
        this.name = name;
        this.random = new Random(seed);
        this.habits = habits;
        this.calls = around.calls();
        this.journal = Journal.in(around.journals(), name);
        this.work = new FieldWork(name, random, around);
    }

    /** Goes on until {@code over}, and sends nothing new while {@code held}. */
    void workUntil(BooleanSupplier over, BooleanSupplier held) throws InterruptedException {
        while (!over.getAsBoolean()) {
            if (held.getAsBoolean()) {
                Until.pause(Duration.ofMillis(50));
                continue;
            }
            switch (random.nextInt(16)) {
                case 0 -> sendOnce();
                case 1 -> sendNextFirst();
                default -> sendUntilAcknowledged(next());
            }
            Until.pause(habits.longestRest()
                    .dividedBy(5)
                    .plusMillis(random.nextLong(habits.longestRest().toMillis())));
        }
    }

    /** This client will create that task. */
    void promise(String task) {
        work.promise(task);
    }

    /** What others wait for. */
    void keepPromises() throws InterruptedException {
        List<Sent.Operation> promised = work.promised();
        if (!promised.isEmpty()) {
            sendUntilAcknowledged(Sent.of(id, last, promised));
        }
    }

    private Sent next() {
        return Sent.of(id, last, work.operations(habits));
    }

    private void sendUntilAcknowledged(Sent batch) throws InterruptedException {
        Optional<CompletableFuture<HttpResponse<String>>> twin = Optional.empty();
        switch (random.nextInt(16)) {
            case 0, 1 -> twin = Optional.of(calls.sendBeside(batch.body()));
            case 2 -> sendAndTurnAway(batch);
            default -> {}
        }
        long position = acknowledgement(batch);
        if (twin.isPresent()) {
            doubled++;
            requireSamePosition(twin.get(), position);
        }
        if (random.nextInt(8) == 0) {
            doubled++;
            requireEqual(position, acknowledgement(batch));
        }
        noteAcknowledged(batch, position);
    }

    private void noteAcknowledged(Sent batch, long position) {
        journal.add(batch.acknowledged(position));
        last = Optional.of(batch.id());
    }

    /** The connection goes before the answer comes. */
    private void sendAndTurnAway(Sent batch) {
        CompletableFuture<HttpResponse<String>> unheard = calls.sendBeside(batch.body());
        Until.pause(Duration.ofMillis(1 + random.nextLong(25)));
        unheard.cancel(true);
        repeated++;
    }

    /** The second of two is under way before the first; it may not be taken before it. */
    private void sendNextFirst() throws InterruptedException {
        Sent first = next();
        Sent second = Sent.of(id, Optional.of(first.id()), work.operations(habits));
        CompletableFuture<HttpResponse<String>> early = calls.sendBeside(second.body());
        Until.pause(Duration.ofMillis(random.nextLong(10)));
        overtaken++;
        noteAcknowledged(first, acknowledgement(first));
        long position = acknowledgement(second);
        requireSamePosition(early, position);
        noteAcknowledged(second, position);
    }

    private long acknowledgement(Sent batch) throws InterruptedException {
        while (true) {
            try {
                HttpResponse<String> answer = calls.send(batch.body());
                if (answer.statusCode() == 202) {
                    return position(answer);
                }
                if (!LATER.contains(answer.statusCode())) {
                    throw new AssertionError(name + " was answered " + answer.statusCode() + " " + answer.body()
                            + " to " + batch.body());
                }
            } catch (IOException unanswered) {
                // nothing is known, so the same again
            }
            repeated++;
            Until.pause(Duration.ofMillis(20 + random.nextInt(180)));
        }
    }

    /** What is in it, nothing else depends on: it may be applied or not. */
    private void sendOnce() throws InterruptedException {
        Sent batch = Sent.of(id, last, work.ofItsOwn());
        try {
            HttpResponse<String> answer = calls.send(batch.body());
            if (answer.statusCode() == 202) {
                noteAcknowledged(batch, position(answer));
                return;
            }
        } catch (IOException unanswered) {
            // given up
        }
        givenUp++;
        journal.add(batch);
    }

    private void requireSamePosition(CompletableFuture<HttpResponse<String>> twin, long position)
            throws InterruptedException {
        try {
            HttpResponse<String> answer = twin.get(30, TimeUnit.SECONDS);
            if (answer.statusCode() == 202) {
                requireEqual(position, position(answer));
            } else if (answer.statusCode() != UNKNOWN_PREDECESSOR && !LATER.contains(answer.statusCode())) {
                throw new AssertionError(name + " was answered " + answer.statusCode() + " " + answer.body());
            }
        } catch (ExecutionException | TimeoutException unanswered) {
            // the other one was answered
        }
    }

    private void requireEqual(long position, long again) {
        if (position != again) {
            throw new AssertionError(name + ": the same batch got position " + position + ", then " + again);
        }
    }

    private static long position(HttpResponse<String> answer) {
        return new JsonObject(answer.body()).getLong("position");
    }
}
