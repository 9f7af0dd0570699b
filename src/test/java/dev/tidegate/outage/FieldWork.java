package dev.tidegate.outage;

import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;

/**
 * What a client has to send: operations of which it is known what should come of them. Each value is written once, and begins
 * with the name of its client.
 */
final class FieldWork {
    /** Beyond that, objects are left alone. */
    private static final int MOST_IN_HAND = 200;

    private final String name;
    private final Random random;
    private final List<String> customers;
    private final Supplier<FieldClient> neighbour;
    private final List<String> photos = new ArrayList<>();
    private final List<String> tasks = new ArrayList<>();

    /** Of the tasks those that may wait for somebody else's, so that whatever is done to them may come late. */
    private final Set<String> waiting = new HashSet<>();

    private final Queue<String> promises = new ConcurrentLinkedQueue<>();
    private int values;

    FieldWork(String name, Random random, FieldClient.Surroundings around) {
        this.name = name;
        this.random = random;
        this.customers = around.customers();
        this.neighbour = around.neighbour();
    }

    void promise(String task) {
        promises.add(task);
    }

    List<Sent.Operation> operations(Habits habits) {
        int count = habits.leastOperations() + random.nextInt(habits.mostOperations() - habits.leastOperations() + 1);
        List<Sent.Operation> all = new ArrayList<>(promised());
        while (all.size() < count) {
            if (habits.others() && random.nextInt(25) == 0) {
                all.addAll(aboutOthers());
            } else {
                all.add(operation());
            }
        }
        return all;
    }

    /** The creates that others wait for. */
    List<Sent.Operation> promised() {
        List<Sent.Operation> all = new ArrayList<>();
        for (String task = promises.poll(); task != null; task = promises.poll()) {
            all.add(createTask(task));
        }
        return all;
    }

    /** On objects that no other batch knows. */
    List<Sent.Operation> ofItsOwn() {
        String photo = UUID.randomUUID().toString();
        return List.of(createPhoto(photo), rename(photo));
    }

    private Sent.Operation operation() {
        return switch (random.nextInt(12)) {
            case 0, 1, 2 -> {
                String photo = UUID.randomUUID().toString();
                inHand(photos, photo);
                yield createPhoto(photo);
            }
            case 3, 4, 5 -> photos.isEmpty() ? changeCustomer() : rename(any(photos));
            case 6 -> photos.isEmpty() ? changeCustomer() : deletePhoto(photos.remove(random.nextInt(photos.size())));
            case 7, 8 -> changeCustomer();
            case 9 -> {
                String task = UUID.randomUUID().toString();
                inHand(tasks, task);
                yield createTask(task);
            }
            case 10 -> tasks.isEmpty() ? changeCustomer() : changeTask(any(tasks));
            default -> broken();
        };
    }

    /** A task below one that somebody else is still to create, an old one put there, or one below what nobody creates. */
    private List<Sent.Operation> aboutOthers() {
        String parent = UUID.randomUUID().toString();
        return switch (random.nextInt(8)) {
            case 0 -> {
                String orphan = UUID.randomUUID().toString();
                yield List.of(Sent.Operation.rejected(
                                below(parent, createTask(orphan)).json())
                        .late());
            }
            case 1, 2, 3 -> {
                neighbour.get().promise(parent);
                String task = tasks.isEmpty() ? "" : any(tasks);
                if (task.isEmpty()) {
                    yield List.of(changeCustomer());
                }
                waiting.add(task);
                yield List.of(below(parent, changeTask(task)));
            }
            default -> {
                neighbour.get().promise(parent);
                String task = UUID.randomUUID().toString();
                waiting.add(task);
                inHand(tasks, task);
                yield List.of(below(parent, createTask(task)), changeTask(task));
            }
        };
    }

    private static Sent.Operation below(String parent, Sent.Operation task) {
        task.json().put("associations", new JsonObject().put("FieldService.Task_Parent", parent));
        return task.late();
    }

    private Sent.Operation createTask(String task) {
        Sent.Operation create = create("Task", "task", task, "Title");
        return waiting.contains(task) ? create.late() : create;
    }

    private Sent.Operation changeTask(String task) {
        Sent.Operation change = update("Task", "task", task, "Title");
        return waiting.contains(task) ? change.late() : change;
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

    private void inHand(List<String> objects, String object) {
        if (objects.size() >= MOST_IN_HAND) {
            waiting.remove(objects.remove(random.nextInt(objects.size())));
        }
        objects.add(object);
    }

    private String any(List<String> of) {
        return of.get(random.nextInt(of.size()));
    }
}
