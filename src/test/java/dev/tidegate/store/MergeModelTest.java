package dev.tidegate.store;

import static dev.tidegate.observation.Observation.Outcome.APPLIED;
import static dev.tidegate.observation.Observation.Outcome.CONFLICT;
import static dev.tidegate.observation.Observation.Outcome.MERGED;
import static dev.tidegate.store.WriterChanges.NOTE;
import static dev.tidegate.store.WriterChanges.ORDER;
import static dev.tidegate.store.WriterChanges.end;
import static dev.tidegate.store.WriterChanges.partOf;
import static dev.tidegate.store.WriterChanges.set;
import static dev.tidegate.store.WriterChanges.write;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidegate.model.Change;
import dev.tidegate.model.ConflictPolicy;
import dev.tidegate.model.LaneId;
import dev.tidegate.model.MemberValue;
import dev.tidegate.observation.Observation.Outcome;
import dev.tidegate.upload.OperationOutcome;
import dev.tidegate.upload.PartResult;
import dev.tidegate.upload.PartWork;
import dev.tidegate.upload.Step;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random writers of the store and random clients that merge, alone and in groups, upon versions that they pulled some time ago. Each
 * outcome and all content must be what a plain list of who changed what, in which order, says.
 */
class MergeModelTest {
    private static final int ROUNDS = 40;
    private static final int CLIENTS = 3;
    /** What somebody changed: members, and elements as {@code tag N}. Nobody is client -1. */
    private record Event(int client, Set<String> changed) {}

    /** What a client knew of an object when it last pulled. */
    private record Pulled(String version, int events) {}

    /** One object as it should be. */
    private static final class Thing {
        private final UUID id;
        private final boolean order;
        private final List<Event> events = new ArrayList<>();
        private final Map<String, String> content = new TreeMap<>();
        private final Set<Long> tags = new TreeSet<>();
        private final List<Pulled> pulled = new ArrayList<>();

        Thing(UUID id, boolean order) {
            this.id = id;
            this.order = order;
        }

        boolean isStale(int client, Pulled base) {
            return events.subList(base.events(), events.size()).stream().anyMatch(event -> event.client() != client);
        }

        Set<String> changedByOthers(int client, Pulled base) {
            Set<String> changed = new HashSet<>();
            events.subList(base.events(), events.size()).stream()
                    .filter(event -> event.client() != client)
                    .forEach(event -> changed.addAll(event.changed()));
            return changed;
        }
    }

    /** Values that something is to get, and elements that are to come and go. */
    private record Edit(Map<String, String> values, Set<Long> add, Set<Long> remove) {
        Set<String> touched() {
            Set<String> all = new HashSet<>(values.keySet());
            add.forEach(tag -> all.add("tag " + tag));
            remove.forEach(tag -> all.add("tag " + tag));
            return all;
        }

        /** Makes it so, and says what became different. */
        Set<String> on(Thing thing) {
            Set<String> changed = new HashSet<>();
            values.forEach((member, value) -> {
                if (!value.equals(thing.content.put(member, value))) {
                    changed.add(member);
                }
            });
            add.stream().filter(thing.tags::add).forEach(tag -> changed.add("tag " + tag));
            remove.stream().filter(thing.tags::remove).forEach(tag -> changed.add("tag " + tag));
            return changed;
        }
    }

    private Random random = new Random(0);

    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    void outcomes_and_content_are_what_the_list_of_changes_says(long seed) {
        random = new Random(seed);
        Set<Outcome> seen = new HashSet<>();
        try (MergeStore store = new MergeStore().logged()) {
            store.database.run("INSERT INTO tag VALUES (1), (2), (3), (4)");
            List<Thing> things = things(store);
            List<LaneId> lanes = new ArrayList<>();
            long[] positions = new long[CLIENTS];
            for (int client = 0; client < CLIENTS; client++) {
                lanes.add(new LaneId(new UUID(seed, client)));
            }
            for (int round = 0; round < ROUNDS; round++) {
                for (Thing thing : things) {
                    if (random.nextInt(3) == 0) {
                        bypass(store, thing);
                    }
                    if (random.nextInt(4) == 0) {
                        pull(store, thing, random.nextInt(CLIENTS));
                    }
                }
                List<PartWork> group = new ArrayList<>();
                List<Outcome> expected = new ArrayList<>();
                List<Integer> clients = new ArrayList<>(List.of(0, 1, 2));
                Collections.shuffle(clients, random);
                for (int client : clients.subList(0, 1 + random.nextInt(CLIENTS))) {
                    List<Step.Todo> todos = new ArrayList<>();
                    int size = 1 + random.nextInt(4);
                    for (int i = 0; i < size; i++) {
                        todos.add(drawn(things.get(random.nextInt(things.size())), client, expected));
                    }
                    long at = ++positions[client];
                    group.add(partOf(lanes.get(client), at - 1, at, false, todos.toArray(Step.Todo[]::new)));
                }

                List<PartResult> results = store.apply(group);

                assertThat(results)
                        .as("seed %d round %d", seed, round)
                        .flatExtracting(result -> ((PartResult.Applied) result).outcomes())
                        .extracting(OperationOutcome::outcome)
                        .containsExactlyElementsOf(expected);
                things.forEach(thing ->
                        assertThat(stored(store, thing)).as("seed %d", seed).isEqualTo(content(thing)));
                seen.addAll(expected);
            }
        }
        assertThat(seen).as("seed %d", seed).contains(APPLIED, MERGED, CONFLICT);
    }

    private List<Thing> things(MergeStore store) {
        List<Thing> things = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            boolean order = i % 2 == 0;
            Thing thing = new Thing(order ? store.order("v0") : store.note("v0"), order);
            thing.content.put(order ? "Title" : "Text", "v0");
            // An xmin from before the log's first row of an object is no base that the log knows.
            store.database.run((order ? "UPDATE task SET title = 'v0'" : "UPDATE note SET text = 'v0'")
                    + " WHERE id = '" + thing.id + "'");
            for (int client = 0; client < CLIENTS; client++) {
                thing.pulled.add(new Pulled(String.valueOf(store.version(thing.id)), 0));
            }
            things.add(thing);
        }
        return things;
    }

    private void pull(MergeStore store, Thing thing, int client) {
        thing.pulled.set(client, new Pulled(String.valueOf(store.version(thing.id)), thing.events.size()));
    }

    private Step.Todo drawn(Thing thing, int client, List<Outcome> expected) {
        Pulled base = thing.pulled.get(client);
        Edit edit = edit(thing);
        Set<String> met = thing.changedByOthers(client, base);
        met.retainAll(edit.touched());
        Outcome outcome = thing.isStale(client, base) ? met.isEmpty() ? MERGED : CONFLICT : APPLIED;
        expected.add(outcome);
        if (outcome != CONFLICT) {
            thing.events.add(new Event(client, edit.on(thing)));
        }
        List<MemberValue> members = new ArrayList<>();
        edit.values()
                .forEach((member, value) -> members.add(set(
                        thing.order ? ORDER : NOTE,
                        member,
                        member.equals("Level") ? (Object) Integer.valueOf(value) : value)));
        if (!edit.add().isEmpty() || !edit.remove().isEmpty()) {
            members.add(
                    new MemberValue.TargetsEdit(end("Order_Tag"), List.copyOf(edit.add()), List.copyOf(edit.remove())));
        }
        return write(
                new Change.Update(thing.order ? ORDER : NOTE, thing.id, Optional.of(base.version()), members),
                ConflictPolicy.MERGE);
    }

    /** Values recur, so that writes without a change occur as well. */
    private Edit edit(Thing thing) {
        Map<String, String> values = new TreeMap<>();
        Set<Long> add = new TreeSet<>();
        Set<Long> remove = new TreeSet<>();
        if (!thing.order) {
            values.put("Text", "v" + random.nextInt(3));
            return new Edit(values, add, remove);
        }
        if (random.nextInt(3) == 0) {
            values.put("Title", "v" + random.nextInt(3));
        }
        if (random.nextInt(3) == 0) {
            values.put("Level", String.valueOf(random.nextInt(3)));
        }
        if (random.nextInt(4) == 0 || values.isEmpty()) {
            long tag = 1L + random.nextInt(4);
            (random.nextBoolean() ? add : remove).add(tag);
        }
        return new Edit(values, add, remove);
    }

    /** Somebody who knows nothing of the gateway, in a statement for each table. */
    private void bypass(MergeStore store, Thing thing) {
        Edit edit = edit(thing);
        edit.values()
                .forEach((member, value) -> store.database.run(
                        switch (member) {
                            case "Title" -> "UPDATE task SET title = '" + value + "' WHERE id = '" + thing.id + "'";
                            case "Level" -> "UPDATE orders SET level = " + value + " WHERE id = '" + thing.id + "'";
                            default -> "UPDATE note SET text = '" + value + "' WHERE id = '" + thing.id + "'";
                        }));
        edit.add()
                .forEach(tag -> store.database.run(
                        "INSERT INTO order_tag VALUES ('" + thing.id + "', " + tag + ") ON CONFLICT DO NOTHING"));
        edit.remove()
                .forEach(tag -> store.database.run(
                        "DELETE FROM order_tag WHERE order_id = '" + thing.id + "' AND tag_id = " + tag));
        boolean raised = !edit.values().isEmpty();
        Set<String> changed = edit.on(thing);
        if (raised || !changed.isEmpty()) {
            thing.events.add(new Event(-1, changed));
        }
    }

    private static String stored(MergeStore store, Thing thing) {
        return String.valueOf(store.database.value(
                thing.order
                        ? "SELECT concat_ws(' ', title, level, (SELECT string_agg(tag_id::text, ',' ORDER BY tag_id) FROM order_tag "
                                + "WHERE order_id = t.id)) FROM task t JOIN orders USING (id) WHERE id = '" + thing.id
                                + "'"
                        : "SELECT text FROM note WHERE id = '" + thing.id + "'"));
    }

    private static String content(Thing thing) {
        List<String> words = new ArrayList<>();
        for (String member : List.of("Title", "Text", "Level")) {
            Optional.ofNullable(thing.content.get(member)).ifPresent(words::add);
        }
        if (!thing.tags.isEmpty()) {
            words.add(String.join(",", thing.tags.stream().map(String::valueOf).toList()));
        }
        return String.join(" ", words);
    }
}
