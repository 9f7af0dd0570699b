package dev.tidegate.store;

import static dev.tidegate.upload.Submissions.ARCHIVE;
import static dev.tidegate.upload.Submissions.FIELD;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidegate.model.BatchId;
import dev.tidegate.model.ClientKey;
import dev.tidegate.model.StoreName;
import dev.tidegate.testing.TestDatabase;
import dev.tidegate.upload.BatchText;
import dev.tidegate.upload.Leftovers;
import dev.tidegate.upload.OperationOutcome;
import dev.tidegate.upload.Part;
import dev.tidegate.upload.QueueRoom;
import dev.tidegate.upload.Settled;
import dev.tidegate.upload.Settlement;
import dev.tidegate.upload.Submission;
import dev.tidegate.upload.Submissions;
import dev.tidegate.upload.UploadQueue;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import io.vertx.mutiny.sqlclient.Pool;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/**
 * Random operations on the queue and on {@link QueueModel}: after each, both have said the same and hold the same.
 * {@code -Dqueue.seed=…} repeats a run, {@code -Dqueue.steps=…} makes it longer.
 */
class QueueModelTest {
    private static final long SEED = Long.getLong("queue.seed", System.nanoTime());
    private static final int STEPS = Integer.getInteger("queue.steps", 600);
    private static final Duration DEADLINE = Duration.ofSeconds(10);
    private static final Duration NEVER_OVER = Duration.ofHours(10);
    private static final List<StoreName> STORES = List.of(FIELD, ARCHIVE);

    private final Random random = new Random(SEED);
    private final QueueModel model = new QueueModel();
    private final List<Submissions> clients =
            List.of(Submissions.of("ada"), Submissions.of("ada"), Submissions.of("bob"), Submissions.of("cyd"));
    private final List<UUID> workers = List.of(UUID.randomUUID(), UUID.randomUUID());
    private final List<Submission> everSent = new ArrayList<>();
    private final List<Held> held = new ArrayList<>();

    private record Held(Part part, QueueModel.Leased leased) {}

    @Test
    void the_queue_does_what_its_model_does() {
        System.out.println("queue.seed=" + SEED);
        Vertx vertx = Vertx.vertx();
        try (TestDatabase database = QueueDatabase.create()) {
            Pool pool = PgUploadQueueTest.pool(vertx, database, 4);
            UploadQueue queue = new PgUploadQueue(pool, DEADLINE);
            for (int step = 0; step < STEPS; step++) {
                String done = step(queue, database, pool);
                assertThat(states(database))
                        .as("seed %d, step %d: %s", SEED, step, done)
                        .isEqualTo(model.states());
            }
            pool.closeAndAwait();
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().join();
        }
    }

    private String step(UploadQueue queue, TestDatabase database, Pool pool) {
        int kind = random.nextInt(100);
        if (kind < 40) {
            return accept(queue);
        } else if (kind < 60) {
            return lease(queue);
        } else if (kind < 80) {
            return held.isEmpty() ? "nothing held" : settle(queue, oneOf(held));
        } else if (kind < 90) {
            return held.isEmpty() ? "nothing held" : postpone(queue, oneOf(held));
        } else if (kind < 94) {
            StoreName store = oneOf(STORES);
            now(queue.resume(store));
            model.resume(store);
            return "resume " + store;
        } else if (kind < 98) {
            UUID worker = oneOf(workers);
            now(queue.release(worker));
            model.release(worker);
            return "release";
        }
        return forget(database, pool);
    }

    private String accept(UploadQueue queue) {
        List<Submission> group = new ArrayList<>();
        int size = 1 + random.nextInt(6);
        while (group.size() < size) {
            group.add(submission(group));
        }
        QueueRoom room = new QueueRoom(random.nextInt(12) == 0, 2 + random.nextInt(8), 10_000_000);
        everSent.addAll(group);
        assertThat(now(queue.accept(group.stream().map(queue::entry).toList(), room)))
                .as("seed %d: %s", SEED, room)
                .isEqualTo(model.accept(group, room));
        return "accept " + size;
    }

    private Submission submission(List<Submission> group) {
        List<Submission> before = new ArrayList<>(everSent);
        before.addAll(group);
        int kind = random.nextInt(10);
        if (kind == 0 && !before.isEmpty()) {
            return oneOf(before);
        }
        Submissions client = oneOf(clients);
        if (kind == 1 && !before.isEmpty()) {
            return client.of(client.text(oneOf(before).batch().id(), "another " + random.nextInt()));
        }
        BatchText text = client.text(predecessor(client.client(), before), "n" + random.nextInt(), "m");
        return random.nextInt(8) == 0
                ? client.rejectingFirst(text)
                : random.nextInt(3) == 0 ? client.of(text, FIELD, ARCHIVE) : client.of(text, oneOf(STORES));
    }

    private Optional<BatchId> predecessor(ClientKey client, List<Submission> before) {
        return switch (random.nextInt(4)) {
            case 0 -> model.last(client);
            case 1 ->
                before.isEmpty()
                        ? Optional.empty()
                        : Optional.of(oneOf(before).batch().id());
            default -> Optional.empty();
        };
    }

    private String lease(UploadQueue queue) {
        UUID worker = oneOf(workers);
        Set<StoreName> stores = random.nextInt(3) == 0 ? Set.of(oneOf(STORES)) : Set.copyOf(STORES);
        boolean overAtOnce = random.nextInt(3) == 0;
        List<Part> parts = now(queue.lease(worker, stores, 100, overAtOnce ? Duration.ZERO : NEVER_OVER));
        List<QueueModel.Leased> expected = model.lease(worker, stores, overAtOnce);
        assertThat(parts.stream().map(QueueModelTest::leased))
                .as("seed %d: lease", SEED)
                .containsExactlyInAnyOrderElementsOf(expected);
        parts.forEach(part -> held.add(new Held(part, leased(part))));
        return "lease " + parts.size();
    }

    private static QueueModel.Leased leased(Part part) {
        return new QueueModel.Leased(
                new QueueModel.LaneKey(part.store(), new ClientKey(part.key().caller(), part.client())),
                part.position(),
                part.previous(),
                part.attempts(),
                part.delays(),
                part.takenOver());
    }

    /** Now and then for the second time, or after somebody else did it. */
    private String settle(UploadQueue queue, Held one) {
        boolean rejected = random.nextInt(4) == 0;
        boolean failed = random.nextInt(8) == 0;
        List<OperationOutcome> outcomes =
                rejected ? List.of(Submissions.rejected(one.part().operations().getFirst())) : List.of();
        now(queue.settle(List.of(new Settled(one.part(), new Settlement(outcomes, failed)))));
        model.settle(one.leased(), rejected, failed);
        if (random.nextInt(4) > 0) {
            held.remove(one);
        }
        return "settle " + one.leased();
    }

    private String postpone(UploadQueue queue, Held one) {
        boolean forEver = random.nextBoolean();
        boolean ownFault = random.nextBoolean();
        now(queue.postpone(one.part(), forEver ? NEVER_OVER : Duration.ZERO, ownFault));
        model.postpone(one.leased(), forEver, ownFault);
        return "postpone " + one.leased();
    }

    private String forget(TestDatabase database, Pool pool) {
        database.run("UPDATE tidegate_queue.batch SET settled_at = now() - interval '100 days' "
                + "+ random() * interval '1 day' WHERE settled_at IS NOT NULL");
        Leftovers.Sweep sweep = new QueueLeftovers(pool, 3, DEADLINE).sweep(Duration.ofDays(90));
        while (now(sweep.next()).more()) {
            // on to the next step
        }
        model.forget();
        return "forget";
    }

    private static Map<String, String> states(TestDatabase database) {
        Map<String, String> states = new TreeMap<>();
        database.column("SELECT caller || ' ' || batch_id || '=' || state FROM tidegate_queue.batch")
                .forEach(row -> {
                    String[] parts = String.valueOf(row).split("=", 2);
                    states.put(parts[0], parts[1]);
                });
        return states;
    }

    private <T> T oneOf(List<T> all) {
        return all.get(random.nextInt(all.size()));
    }

    private static <T> T now(Uni<T> work) {
        return work.await().atMost(Duration.ofSeconds(20));
    }
}
