package dev.tidegate.store;

import static dev.tidegate.store.WriterChanges.CUSTOMER;
import static dev.tidegate.store.WriterChanges.FIELD;
import static dev.tidegate.store.WriterChanges.MODEL;
import static dev.tidegate.store.WriterChanges.NOTE;
import static dev.tidegate.store.WriterChanges.ORDER;
import static dev.tidegate.store.WriterChanges.TASK;
import static dev.tidegate.store.WriterChanges.end;
import static dev.tidegate.store.WriterChanges.partOf;
import static dev.tidegate.store.WriterChanges.refer;
import static dev.tidegate.store.WriterChanges.set;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidegate.model.Change;
import dev.tidegate.model.ConflictPolicy;
import dev.tidegate.model.Direction;
import dev.tidegate.model.EntityName;
import dev.tidegate.model.LaneId;
import dev.tidegate.model.MemberSet;
import dev.tidegate.model.MemberValue;
import dev.tidegate.model.ValueType;
import dev.tidegate.policy.Grant;
import dev.tidegate.problem.ProblemCode;
import dev.tidegate.problem.Violation;
import dev.tidegate.testing.TestDatabase;
import dev.tidegate.upload.Claim;
import dev.tidegate.upload.OperationOutcome;
import dev.tidegate.upload.PartResult;
import dev.tidegate.upload.PartWork;
import dev.tidegate.upload.Step;
import dev.tidegate.xpath.Condition;
import dev.tidegate.xpath.Hop;
import dev.tidegate.xpath.Member;
import dev.tidegate.xpath.Value;
import io.vertx.core.Vertx;
import io.vertx.mutiny.sqlclient.Pool;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random batches of several clients, applied by groups in one store and part by part, in the same order, in another. Equal must
 * be: outcomes with their problems, the object shown with a conflict (but for its version), all that the stores hold (but for
 * versions), and what they remember (but for versions of notes, which a later part may delete by a cascade). The same goes
 * for what is parked, tried again after each round, all of it in one group and one by one.
 *
 * <p>One thing may differ by design ({@link WaveRun}): who gets a unique value that a later operation frees. So nothing that
 * has such a value gives it up here.
 */
class GroupEquivalenceTest {
    private static final int ROUNDS = 10;
    private static final int CLIENTS = 7;
    private static final List<String> CONTENT = List.of(
            "SELECT concat_ws('|', id, kind, title, parent_id) FROM task",
            "SELECT concat_ws('|', id, 'code', code, 'level', level, customer_id) FROM orders",
            "SELECT concat_ws('|', id, name) FROM customer",
            "SELECT concat_ws('|', id, text, order_id) FROM note",
            "SELECT concat_ws('|', order_id, tag_id) FROM order_tag",
            "SELECT concat_ws('|', lane, position) FROM tidegate.lane",
            "SELECT concat_ws('|', lane, position, operation, revision, outcome, creates, entity, hierarchy, object_id, "
                    + "version_before IS NULL, version_after IS NULL AND hierarchy <> 'Shop.Note', problem) "
                    + "FROM tidegate.applied",
            "SELECT concat_ws('|', lane, position, hierarchy, object_id) FROM tidegate.touched");

    private static Vertx vertx;
    private static int lateApplied;

    @BeforeAll
    static void startVertx() {
        vertx = Vertx.vertx();
    }

    @AfterAll
    static void stopVertx() {
        vertx.close();
        assertThat(lateApplied).as("seeds in which something was applied late").isGreaterThan(2);
    }

    /** A store, and the versions that its objects had before each round. */
    private static final class Side implements AutoCloseable {
        private final TestDatabase store = WriterStore.create();
        private final Pool pool = PgUploadQueueTest.pool(vertx, store, 4);
        private final PgChangeWriter writer = new PgChangeWriter(
                MODEL,
                (_, _, holds, _) ->
                        holds[0] ? Optional.empty() : Optional.of(Violation.of(ProblemCode.ACCESS_DENIED, "No.")),
                _ -> pool,
                new PreparedStores(MODEL, _ -> pool),
                Clock.systemUTC());
        private final List<Map<String, String>> versions = new ArrayList<>();

        Side(List<String> seed) {
            writer.prepare(FIELD).await().atMost(Duration.ofSeconds(10));
            new ChangeLogs(MODEL, MergeStore.everything(), _ -> pool, new PreparedStores(MODEL, _ -> pool))
                    .keep(FIELD)
                    .await()
                    .atMost(Duration.ofSeconds(30));
            store.run(seed.toArray(String[]::new));
        }

        void noteVersions() {
            Map<String, String> now = new HashMap<>();
            note(now, "SELECT id || ' ' || row_version FROM task");
            note(now, "SELECT id || ' ' || xmin FROM customer");
            note(now, "SELECT id || ' ' || xmin FROM note");
            versions.add(now);
        }

        private void note(Map<String, String> now, String query) {
            for (@Nullable String line : store.column(query)) {
                String text = String.valueOf(line);
                int blank = text.indexOf(' ');
                now.put(text.substring(0, blank), text.substring(blank + 1));
            }
        }

        List<PartResult> apply(List<PartWork> group) {
            return writer.apply(group).await().atMost(Duration.ofSeconds(30));
        }

        List<String> content() {
            List<String> all = new ArrayList<>();
            CONTENT.forEach(query ->
                    store.column(query).stream().map(String::valueOf).sorted().forEach(all::add));
            return all;
        }

        @Override
        public void close() {
            pool.closeAndForget();
            store.close();
        }
    }

    /** One operation as it is drawn: the version that it was made upon differs by store. */
    private record Drawn(Change change, ConflictPolicy policy, Optional<Integer> baseOfRound) {
        Step.Write in(Side side) {
            Optional<String> base = baseOfRound.map(
                    round -> side.versions.get(round).getOrDefault(String.valueOf(change.id()), "none"));
            return new Step.Write(
                    switch (change) {
                        case Change.Create create -> create;
                        case Change.Update update ->
                            new Change.Update(update.entity(), update.id(), base, update.members());
                        case Change.Delete delete -> new Change.Delete(delete.entity(), delete.id(), base);
                    },
                    policy,
                    List.of(change.entity().equals(NOTE) ? OF_LOW_ORDERS : ALWAYS));
        }
    }

    private static final Grant ALWAYS = new Grant(Condition.always(), MemberSet.all(), MemberSet.all(), true, true);

    /** Notes may be changed while their order has a low level, or none has been given. */
    private static final Grant OF_LOW_ORDERS = new Grant(
            new Condition.Not(new Condition.Exists(
                    new Hop(end("Note_Order").association(), Direction.FORWARD, NOTE, ORDER, 0),
                    new Condition.Compare(
                            new Member.OfAttribute(
                                    ORDER, MODEL.attribute(ORDER, "Level").orElseThrow(), 0),
                            Condition.Comparator.GREATER,
                            new Value.Constant(ValueType.INT32, 5)))),
            MemberSet.all(),
            MemberSet.all(),
            true,
            true);

    private record Batch(boolean atomic, boolean last, boolean patient, List<Drawn> operations) {
        PartWork in(Side side, LaneId lane, int round) {
            return in(side, lane, round, new Claim.Turn(round, patient));
        }

        private PartWork in(Side side, LaneId lane, int round, Claim claim) {
            PartWork part = partOf(
                    lane,
                    round + 1L,
                    claim,
                    atomic,
                    operations.stream().map(one -> one.in(side)).toArray(Step.Todo[]::new));
            return last ? part.atLast() : part;
        }
    }

    /** What is parked of a batch, and for how many of its attempts the patience lasts. */
    private static final class Parked {
        private final Batch batch;
        private final LaneId lane;
        private final int round;
        private Set<Integer> operations;
        private int patience;

        Parked(Batch batch, LaneId lane, int round, Set<Integer> operations, int patience) {
            this.batch = batch;
            this.lane = lane;
            this.round = round;
            this.operations = operations;
            this.patience = patience;
        }

        PartWork in(Side side) {
            Map<Integer, Claim.Attempt> attempts = new HashMap<>();
            operations.forEach(index -> attempts.put(index, new Claim.Attempt(1, patience > 0, false)));
            PartWork part = batch.in(side, lane, round, new Claim.Late(attempts));
            return part.with(part.steps().stream()
                    .filter(step -> operations.contains(step.index()))
                    .toList());
        }
    }

    private static Set<Integer> parkedOf(PartResult result) {
        return ((PartResult.Applied) result)
                .outcomes().stream()
                        .filter(OperationOutcome::isParked)
                        .map(OperationOutcome::index)
                        .collect(Collectors.toCollection(TreeSet::new));
    }

    private final Map<EntityName, List<UUID>> ids = new TreeMap<>();
    private final List<UUID> withCode = new ArrayList<>();
    private Random random = new Random(0);

    private List<String> seed() {
        List<String> all = new ArrayList<>(List.of("INSERT INTO tag VALUES (1), (2), (3)"));
        for (int i = 0; i < 4; i++) {
            all.add("INSERT INTO customer VALUES ('" + id(CUSTOMER) + "', 'C" + i + "')");
            all.add("INSERT INTO task (id, kind, title) VALUES ('" + id(TASK) + "', 'Shop.Task', 'T" + i + "')");
        }
        for (int i = 0; i < 8; i++) {
            UUID id = id(ORDER);
            all.add("INSERT INTO task (id, kind, title) VALUES ('" + id + "', 'Shop.Order', 'O" + i + "')");
            all.add("INSERT INTO orders (id, code) VALUES ('" + id + "', " + (i < 3 ? "'K" + i + "'" : "NULL") + ")");
            if (i < 3) {
                withCode.add(id);
            }
            all.add("INSERT INTO note VALUES ('" + id(NOTE) + "', 'N" + i + "', '" + id + "')");
        }
        return all;
    }

    private UUID id(EntityName entity) {
        UUID id = new UUID(random.nextLong(), random.nextLong());
        ids.computeIfAbsent(entity, _ -> new ArrayList<>()).add(id);
        return id;
    }

    private UUID known(EntityName entity) {
        List<UUID> all = ids.getOrDefault(entity, List.of());
        // Those that came last more often: several clients are about to make them.
        int back = random.nextInt(2) == 0 ? random.nextInt(all.size()) : random.nextInt(Math.min(6, all.size()));
        return all.get(all.size() - 1 - back);
    }

    private Batch batch(int round) {
        List<Drawn> operations = new ArrayList<>();
        int size = 1 + random.nextInt(6);
        for (int i = 0; i < size; i++) {
            operations.add(drawn(round));
        }
        return new Batch(random.nextInt(7) == 0, random.nextInt(7) == 0, random.nextInt(3) > 0, operations);
    }

    private Drawn drawn(int round) {
        EntityName entity =
                List.of(ORDER, ORDER, ORDER, TASK, CUSTOMER, NOTE, NOTE).get(random.nextInt(7));
        ConflictPolicy policy = List.of(ConflictPolicy.LAST_WINS, ConflictPolicy.REJECT_STALE, ConflictPolicy.MERGE)
                .get(random.nextInt(3));
        Optional<Integer> base = switch (random.nextInt(6)) {
            case 0 -> Optional.empty();
            case 1 -> Optional.of(random.nextInt(round + 1));
            default -> Optional.of(round);
        };
        UUID id = random.nextInt(5) == 0 ? id(entity) : known(entity);
        return switch (random.nextInt(8)) {
            case 0, 1, 2 -> {
                List<MemberValue> members = members(entity);
                if (entity.equals(ORDER) && random.nextInt(3) == 0) {
                    members.add(set(ORDER, "Code", "K" + random.nextInt(9)));
                    withCode.add(id);
                }
                yield new Drawn(new Change.Create(entity, id, members), policy, Optional.empty());
            }
            case 3 ->
                withCode.contains(id)
                        ? new Drawn(new Change.Update(entity, id, Optional.empty(), members(entity)), policy, base)
                        : new Drawn(new Change.Delete(entity, id, Optional.empty()), policy, base);
            default -> new Drawn(new Change.Update(entity, id, Optional.empty(), members(entity)), policy, base);
        };
    }

    private List<MemberValue> members(EntityName entity) {
        List<MemberValue> members = new ArrayList<>();
        if (entity.equals(CUSTOMER)) {
            members.add(set(CUSTOMER, "Name", random.nextInt(8) == 0 ? null : "c" + random.nextInt(100)));
        } else if (entity.equals(NOTE)) {
            maybe(members, set(NOTE, "Text", "n" + random.nextInt(100)));
            maybe(members, refer("Note_Order", random.nextInt(9) == 0 ? null : known(ORDER)));
        } else {
            maybe(members, set(TASK, "Title", "t" + random.nextInt(100)));
            if (random.nextInt(4) == 0) {
                members.add(refer("Task_Parent", known(random.nextBoolean() ? TASK : ORDER)));
            }
        }
        if (entity.equals(ORDER)) {
            maybe(members, set(ORDER, "Level", random.nextInt(9) == 0 ? 500 : random.nextInt(12)));
            if (random.nextInt(4) == 0) {
                members.add(refer("Order_Customer", known(CUSTOMER)));
            }
            if (random.nextInt(6) == 0) {
                members.add(new MemberValue.TargetsEdit(
                        end("Order_Tag"), List.of(1L + random.nextInt(4)), List.of(1L + random.nextInt(3))));
            }
        }
        return members;
    }

    private void maybe(List<MemberValue> members, MemberValue member) {
        if (random.nextInt(3) > 0) {
            members.add(member);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 28})
    void groups_come_to_what_their_parts_come_to_one_by_one(long seed) {
        random = new Random(seed);
        List<String> rows = seed();
        List<LaneId> lanes = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            lanes.add(new LaneId(new UUID(random.nextLong(), random.nextLong())));
        }
        Set<String> seen = new TreeSet<>();
        List<Parked> parked = new ArrayList<>();
        try (Side together = new Side(rows);
                Side apart = new Side(rows)) {
            for (int round = 0; round < ROUNDS; round++) {
                together.noteVersions();
                apart.noteVersions();
                List<Batch> batches = new ArrayList<>();
                for (int i = 0; i < CLIENTS; i++) {
                    batches.add(batch(round));
                }
                List<PartWork> group = new ArrayList<>();
                List<List<String>> expected = new ArrayList<>();
                for (int i = 0; i < CLIENTS; i++) {
                    group.add(batches.get(i).in(together, lanes.get(i), round));
                    expected.add(said(apart.apply(List.of(batches.get(i).in(apart, lanes.get(i), round)))
                            .getFirst()));
                }
                List<PartResult> results = together.apply(group);
                List<List<String>> answers =
                        results.stream().map(GroupEquivalenceTest::said).toList();

                String where = "seed " + seed + ", round " + round + ": " + batches;
                assertThat(answers).as(where).isEqualTo(expected);
                assertThat(together.content()).as(where).isEqualTo(apart.content());
                answers.forEach(all -> all.forEach(answer -> seen.add(answer.substring(0, answer.indexOf(' ')))));
                for (int i = 0; i < CLIENTS; i++) {
                    Set<Integer> operations = parkedOf(results.get(i));
                    if (!operations.isEmpty()) {
                        parked.add(new Parked(batches.get(i), lanes.get(i), round, operations, random.nextInt(6)));
                    }
                }
                tryLate(parked, together, apart, seen, where);
            }
            for (int last = 0; !parked.isEmpty(); last++) {
                assertThat(last).as("somebody waits forever").isLessThan(20);
                tryLate(parked, together, apart, seen, "seed " + seed + ", at last");
            }
        }
        assertThat(seen).contains("APPLIED", "REJECTED", "CONFLICT", "PARKED", "late REJECTED");
        if (seen.contains("late APPLIED")) {
            lateApplied++;
        }
    }

    /** All that is parked, in one group and one by one. */
    private static void tryLate(List<Parked> parked, Side together, Side apart, Set<String> seen, String where) {
        if (parked.isEmpty()) {
            return;
        }
        List<List<String>> expected = new ArrayList<>();
        List<PartWork> group = new ArrayList<>();
        for (Parked one : parked) {
            group.add(one.in(together));
            expected.add(saidLate(apart.apply(List.of(one.in(apart))).getFirst()));
        }
        List<PartResult> results = together.apply(group);
        List<List<String>> answers =
                results.stream().map(GroupEquivalenceTest::saidLate).toList();
        assertThat(answers).as("late, " + where).isEqualTo(expected);
        assertThat(together.content()).as("late, " + where).isEqualTo(apart.content());
        answers.forEach(all -> all.forEach(answer -> seen.add("late " + answer.substring(0, answer.indexOf(' ')))));
        for (int i = 0; i < results.size(); i++) {
            parked.get(i).operations = parkedOf(results.get(i));
            parked.get(i).patience--;
        }
        parked.removeIf(one -> one.operations.isEmpty());
    }

    /** What still waits is remembered as it was: what else is said of it is heard by nobody. */
    private static List<String> saidLate(PartResult result) {
        return ((PartResult.Applied) result)
                .outcomes().stream()
                        .map(outcome -> outcome.isParked() ? "PARKED " + outcome.index() : said(outcome))
                        .toList();
    }

    private static List<String> said(PartResult result) {
        return ((PartResult.Applied) result)
                .outcomes().stream().map(GroupEquivalenceTest::said).toList();
    }

    private static String said(OperationOutcome outcome) {
        Map<String, @Nullable Object> shown = new HashMap<>();
        outcome.current().ifPresent(current -> shown.putAll(current.json()));
        shown.remove("version");
        if (shown.get("attributes") instanceof Map<?, ?> attributes) {
            Map<Object, @Nullable Object> kept = new HashMap<>(attributes);
            kept.remove("Number");
            shown.put("attributes", kept);
        }
        return outcome.outcome() + " " + outcome.index() + " "
                + outcome.problem().map(Object::toString).orElse("") + " " + shown;
    }
}
