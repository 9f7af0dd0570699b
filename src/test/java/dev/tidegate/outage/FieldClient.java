package dev.tidegate.outage;

import dev.tidegate.testing.Until;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;

/**
 * A device as the contract wants it: sends batch after batch, each naming the one before, and sends again what was not
 * answered. Now and then it sends an answered one again, two at once, or gives one up whose answer did not come. It keeps
 * what it sent and what should have come of it.
 */
final class FieldClient {
    private static final int CUSTOMERS = 5;

    final UUID id = UUID.randomUUID();
    final List<Sent> sent = new ArrayList<>();
    int repeated;
    int doubled;
    int givenUp;

    private final String name;
    private final Random random;
    private final BatchCalls calls;
    private final List<String> customers;
    private final List<String> photos = new ArrayList<>();
    private final List<String> tasks = new ArrayList<>();
    private Optional<UUID> last = Optional.empty();
    private int values;

    FieldClient(String name, long seed, BatchCalls calls, List<String> customers) {
        this.name = name;
        this.random = new Random(seed);
        this.calls = calls;
        this.customers = customers.subList(0, CUSTOMERS);
    }

    void workUntil(BooleanSupplier over) throws InterruptedException {
        while (!over.getAsBoolean()) {
            if (random.nextInt(12) == 0) {
                sendOnce();
            } else {
                sendUntilAcknowledged(Sent.of(id, last, operations()));
            }
            Until.pause(Duration.ofMillis(20 + random.nextInt(80)));
        }
    }

    private void sendUntilAcknowledged(Sent batch) throws InterruptedException {
        Optional<CompletableFuture<HttpResponse<String>>> twin =
                random.nextInt(8) == 0 ? Optional.of(calls.sendBeside(batch.body())) : Optional.empty();
        long position = acknowledgement(batch);
        if (twin.isPresent()) {
            doubled++;
            requireSamePosition(twin.get(), position);
        }
        if (random.nextInt(8) == 0) {
            doubled++;
            requireEqual(position, acknowledgement(batch));
        }
        sent.add(batch.acknowledged(position));
        last = Optional.of(batch.id());
    }

    private long acknowledgement(Sent batch) throws InterruptedException {
        while (true) {
            try {
                HttpResponse<String> answer = calls.send(batch.body());
                if (answer.statusCode() == 202) {
                    return position(answer);
                }
                if (answer.statusCode() != 503) {
                    throw new AssertionError(name + " was answered " + answer.statusCode() + " " + answer.body()
                            + " to " + batch.body());
                }
            } catch (IOException unanswered) {
                // nothing is known, so the same again
            }
            repeated++;
            Until.pause(Duration.ofMillis(20 + random.nextInt(60)));
        }
    }

    /** What is in it, nothing else depends on: it may be applied or not. */
    private void sendOnce() throws InterruptedException {
        String photo = UUID.randomUUID().toString();
        Sent batch = Sent.of(id, last, List.of(createPhoto(photo), rename(photo)));
        try {
            HttpResponse<String> answer = calls.send(batch.body());
            if (answer.statusCode() == 202) {
                sent.add(batch.acknowledged(position(answer)));
                last = Optional.of(batch.id());
                return;
            }
        } catch (IOException unanswered) {
            // given up
        }
        givenUp++;
        sent.add(batch);
    }

    private List<Sent.Operation> operations() {
        int count = 1 + random.nextInt(8);
        List<Sent.Operation> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            all.add(operation());
        }
        return all;
    }

    private Sent.Operation operation() {
        return switch (random.nextInt(12)) {
            case 0, 1, 2 -> {
                String photo = UUID.randomUUID().toString();
                photos.add(photo);
                yield createPhoto(photo);
            }
            case 3, 4, 5 -> photos.isEmpty() ? changeCustomer() : rename(any(photos));
            case 6 -> photos.isEmpty() ? changeCustomer() : deletePhoto(photos.remove(random.nextInt(photos.size())));
            case 7, 8 -> changeCustomer();
            case 9 -> {
                String task = UUID.randomUUID().toString();
                tasks.add(task);
                yield create("Task", "task", task, "Title");
            }
            case 10 -> tasks.isEmpty() ? changeCustomer() : update("Task", "task", any(tasks), "Title");
            default -> broken();
        };
    }

    private Sent.Operation createPhoto(String photo) {
        return create("Photo", "document", photo, "Name");
    }

    private Sent.Operation rename(String photo) {
        return update("Photo", "document", photo, "Name");
    }

    private Sent.Operation deletePhoto(String photo) {
        return Sent.Operation.applied(operation("delete", "Photo", photo), "document|DELETE|" + photo);
    }

    /** Rows that all clients want. */
    private Sent.Operation changeCustomer() {
        return update("Customer", "customer", any(customers), "Email");
    }

    /** Rejected by the store, or at once. */
    private Sent.Operation broken() {
        JsonObject change = random.nextBoolean()
                ? operation("update", "Photo", UUID.randomUUID().toString())
                        .put("attributes", new JsonObject().put("Name", "nobody's"))
                : operation("update", "Customer", any(customers))
                        .put("attributes", new JsonObject().put("CreditLimit", "1"));
        return Sent.Operation.rejected(change);
    }

    private Sent.Operation create(String entity, String table, String object, String member) {
        String value = nextValue();
        return Sent.Operation.applied(
                operation("create", entity, object).put("attributes", new JsonObject().put(member, value)),
                table + "|INSERT|" + object + "|" + value);
    }

    private Sent.Operation update(String entity, String table, String object, String member) {
        String value = nextValue();
        return Sent.Operation.applied(
                operation("update", entity, object).put("attributes", new JsonObject().put(member, value)),
                table + "|UPDATE|" + object + "|" + value);
    }

    private static JsonObject operation(String op, String entity, String object) {
        return new JsonObject()
                .put("op", op)
                .put("entity", "FieldService." + entity)
                .put("id", object);
    }

    private String nextValue() {
        return name + "-" + ++values;
    }

    private String any(List<String> of) {
        return of.get(random.nextInt(of.size()));
    }

    private void requireSamePosition(CompletableFuture<HttpResponse<String>> twin, long position)
            throws InterruptedException {
        try {
            HttpResponse<String> answer = twin.get(30, TimeUnit.SECONDS);
            if (answer.statusCode() == 202) {
                requireEqual(position, position(answer));
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
