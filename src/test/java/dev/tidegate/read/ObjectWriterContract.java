package dev.tidegate.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.tidegate.model.Association;
import dev.tidegate.model.AssociationName;
import dev.tidegate.model.Change;
import dev.tidegate.model.DeclaredAttribute;
import dev.tidegate.model.Direction;
import dev.tidegate.model.DrawnId;
import dev.tidegate.model.EntityName;
import dev.tidegate.model.MemberSet;
import dev.tidegate.model.MemberValue;
import dev.tidegate.model.Model;
import dev.tidegate.model.OwnedEnd;
import dev.tidegate.model.StoreName;
import dev.tidegate.policy.Caller;
import dev.tidegate.policy.Grant;
import dev.tidegate.policy.StoredState;
import dev.tidegate.problem.Place;
import dev.tidegate.problem.Problem;
import dev.tidegate.problem.ProblemCode;
import dev.tidegate.problem.Refusal;
import dev.tidegate.sql.SqlQuery;
import dev.tidegate.xpath.Condition;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** What every {@link ObjectWriter} keeps to, on the store of {@code WriterStore}; its deadline is {@link #DEADLINE}. */
public abstract class ObjectWriterContract {
    protected static final StoreName STORE = new StoreName("field");
    protected static final Duration DEADLINE = Duration.ofSeconds(4);

    private static final Duration PATIENCE = Duration.ofSeconds(40);
    private static final EntityName TASK = EntityName.parse("Shop.Task");
    private static final EntityName ORDER = EntityName.parse("Shop.Order");
    private static final EntityName CUSTOMER = EntityName.parse("Shop.Customer");
    private static final EntityName TAG = EntityName.parse("Shop.Tag");
    private static final EntityName NOTE = EntityName.parse("Shop.Note");
    private static final WriteWork.Judgement FINE = _ -> Optional.empty();

    protected abstract Model model();

    protected abstract ObjectWriter writer();

    /** The first column of the first row, asked past the writer and its network. */
    protected abstract @Nullable String value(String sql);

    /** A session past the writer and its network. */
    protected abstract Session session();

    protected abstract void stall();

    /** The next statement with this text arrives, but not the answer to it. */
    protected abstract void loseAnswerTo(String text);

    /** Waits until it is so. */
    protected abstract void until(String what, String sql, String value);

    /** Somebody else at the store. */
    protected interface Session extends AutoCloseable {
        void run(String sql);

        /** Not waited for, whatever comes of it. */
        void start(String sql);

        @Override
        void close();
    }

    @Nested
    class A_write {
        @Test
        void is_answered_with_what_its_own_transaction_sees() {
            UUID id = UUID.randomUUID();
            assertThat(done(write(create(ORDER, id, attribute(TASK, "Title", "a"), attribute(ORDER, "Code", "c1")))))
                    .isEqualTo(new WriteAnswer(id.toString(), Optional.of("1"), Optional.of("[1, a]")));
            assertThat(done(write(update(ORDER, id, attribute(ORDER, "Level", 7)))))
                    .isEqualTo(new WriteAnswer(id.toString(), Optional.of("2"), Optional.of("[2, a]")));
            assertThat(value("SELECT kind || code || level FROM task JOIN orders USING (id) WHERE id = '" + id + "'"))
                    .isEqualTo("Shop.Orderc17");
            assertThat(done(write(new Change.Delete(ORDER, id, Optional.empty()))))
                    .isEqualTo(new WriteAnswer(id.toString(), Optional.empty(), Optional.empty()));
            assertThat(value("SELECT count(*) FROM task WHERE id = '" + id + "'"))
                    .isEqualTo("0");
        }

        @Test
        void of_what_no_query_shows_is_answered_with_its_version() {
            UUID id = UUID.randomUUID();
            WriteResult result = write(new Work(create(CUSTOMER, id, attribute(CUSTOMER, "Name", "x"))).unseen());
            String version = value("SELECT xmin FROM customer WHERE id = '" + id + "'");
            assertThat(done(result))
                    .isEqualTo(new WriteAnswer(id.toString(), Optional.ofNullable(version), Optional.of("unseen")));
        }

        @Test
        void draws_an_id_where_it_brings_none() {
            WriteResult result = write(new Work(create(TAG, new DrawnId(), attribute(TAG, "Label", "x"))).unseen());
            assertThat(done(result).id()).isEqualTo(value("SELECT max(id) FROM tag"));
        }

        @Test
        void is_judged_on_the_object_as_it_is_under_the_lock() {
            UUID id = order("before");
            List<StoredState> seen = new ArrayList<>();
            WriteWork work = new Work(update(ORDER, id, attribute(TASK, "Title", "mine")))
                    .judged(stored -> {
                        seen.add(stored);
                        return Optional.empty();
                    })
                    .work();
            try (Session other = session()) {
                other.run("BEGIN");
                other.run("UPDATE task SET title = 'theirs' WHERE id = '" + id + "'");
                Uni<WriteResult> waiting = started(work);
                untilSomebodyWaits();
                other.run("COMMIT");
                done(waiting.await().atMost(PATIENCE));
            }
            assertThat(seen).containsExactly(new StoredState.Present("2", List.of(true)));
            assertThat(value("SELECT row_version FROM task WHERE id = '" + id + "'"))
                    .isEqualTo("3");
        }

        @Test
        void that_refers_to_what_is_being_deleted_waits_and_finds_it_gone() {
            UUID customer = customer();
            UUID order = order("o");
            try (Session other = session()) {
                other.run("BEGIN");
                other.run("DELETE FROM customer WHERE id = '" + customer + "'");
                Uni<WriteResult> waiting =
                        started(new Work(update(ORDER, order, reference("Shop.Order_Customer", customer))).work());
                untilSomebodyWaits();
                other.run("COMMIT");
                assertThat(problem(waiting.await().atMost(PATIENCE)).code()).isEqualTo(ProblemCode.DANGLING_REFERENCE);
            }
        }
    }

    @Nested
    class A_refusal {
        @Test
        void by_the_judgement_leaves_nothing() {
            UUID id = UUID.randomUUID();
            Problem why = Problem.of(ProblemCode.ACCESS_DENIED, "no");
            Work work = new Work(create(CUSTOMER, id, attribute(CUSTOMER, "Name", "x"))).key("k", "r");
            assertThat(write(work.judged(_ -> Optional.of(why)))).isEqualTo(new WriteResult.Refused(why));
            assertThat(value("SELECT count(*) FROM customer")).isEqualTo("0");
            assertThat(value("SELECT count(*) FROM tidegate.remembered")).isEqualTo("0");
        }

        @Test
        void of_what_is_not_unique_points_at_the_members() {
            write(create(ORDER, UUID.randomUUID(), attribute(ORDER, "Code", "same")));
            Problem refused = problem(write(create(ORDER, UUID.randomUUID(), attribute(ORDER, "Code", "same"))));
            assertThat(refused.code()).isEqualTo(ProblemCode.NOT_UNIQUE);
            assertThat(refused.violations())
                    .singleElement()
                    .satisfies(violation ->
                            assertThat(violation.place()).isEqualTo(new Place.AtPointer("/attributes/Code")));
        }

        @Test
        void of_what_an_index_over_several_forbids_points_at_each_and_never_at_half() {
            try (Session other = session()) {
                other.run("CREATE UNIQUE INDEX ON orders (level, lower(code))");
                other.run("CREATE UNIQUE INDEX ON customer (lower(name)) INCLUDE (photo)");
            }
            write(create(ORDER, UUID.randomUUID(), attribute(ORDER, "Code", "x"), attribute(ORDER, "Level", 1)));
            Problem order = problem(write(
                    create(ORDER, UUID.randomUUID(), attribute(ORDER, "Code", "X"), attribute(ORDER, "Level", 1))));
            assertThat(order.violations().stream().map(violation -> violation.place()))
                    .containsExactlyInAnyOrder(
                            new Place.AtPointer("/attributes/Code"), new Place.AtPointer("/attributes/Level"));
            write(create(CUSTOMER, UUID.randomUUID(), attribute(CUSTOMER, "Name", "x")));
            Problem customer = problem(write(create(CUSTOMER, UUID.randomUUID(), attribute(CUSTOMER, "Name", "X"))));
            assertThat(customer.code()).isEqualTo(ProblemCode.NOT_UNIQUE);
        }

        @Test
        void of_another_entity_is_told_only_to_who_may_see_the_object() {
            UUID id = order("o");
            Change change = update(TASK, id, attribute(TASK, "Title", "x"));
            List<StoredState> seen = new ArrayList<>();
            for (Condition visible : List.of(Condition.always(), Condition.never())) {
                write(new Work(change).visible(visible).judged(stored -> {
                    seen.add(stored);
                    return Optional.of(Problem.of(ProblemCode.WRONG_ENTITY, "x"));
                }));
            }
            assertThat(seen).containsExactly(new StoredState.OfAnotherEntity(), new StoredState.Absent());
        }

        /** Random changes, many of which something forbids: whatever is refused has changed nothing at all. */
        @Test
        void leaves_the_store_as_it_was() {
            long seed = System.nanoTime();
            RandomChanges changes = new RandomChanges(seed);
            int refused = 0;
            customer();
            for (int i = 0; i < 300; i++) {
                Work work = changes.next();
                String before = everything();
                WriteResult result = write(work);
                if (result instanceof WriteResult.Refused) {
                    refused++;
                    assertThat(everything())
                            .as("seed " + seed + ", change " + i + ": " + work.change + " -> " + result)
                            .isEqualTo(before);
                }
            }
            assertThat(refused).as("seed " + seed).isBetween(50, 280);
        }
    }

    @Nested
    class A_key {
        private final UUID id = UUID.randomUUID();
        private final Work create =
                new Work(create(CUSTOMER, id, attribute(CUSTOMER, "Name", "x"))).key("k", "request");

        @Test
        void gives_the_first_answer_again() {
            WriteAnswer first = done(write(create));
            write(update(CUSTOMER, id, attribute(CUSTOMER, "Name", "y")));
            assertThat(write(create)).isEqualTo(new WriteResult.Done(first, true));
        }

        @Test
        void fits_one_request_only() {
            write(create);
            assertThat(write(new Work(update(CUSTOMER, id)).key("k", "other"))).isEqualTo(new WriteResult.KeyReused());
        }

        @Test
        void lets_one_of_many_at_once_write_and_answers_all_alike() {
            // Each would make an object of its own.
            List<Uni<WriteResult>> all = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                all.add(started(new Work(create(CUSTOMER, UUID.randomUUID(), attribute(CUSTOMER, "Name", "x")))
                        .key("k", "request")
                        .work()));
            }
            List<WriteResult> results =
                    all.stream().map(one -> one.await().atMost(PATIENCE)).toList();
            assertThat(results.stream().map(ObjectWriterContract::done).distinct())
                    .hasSize(1);
            assertThat(results.stream().filter(result -> result instanceof WriteResult.Done(var _, var again) && again))
                    .hasSize(7);
            assertThat(value("SELECT count(*) FROM customer")).isEqualTo("1");
        }

        @Test
        void whose_holder_is_refused_passes_to_the_next() {
            try (Session other = session()) {
                write(new Work(create(CUSTOMER, UUID.randomUUID(), attribute(CUSTOMER, "Name", "x"))));
                other.run("BEGIN");
                other.run("INSERT INTO tidegate.remembered (key, request) VALUES ('k', 'request')");
                Uni<WriteResult> waiting = started(create.work());
                untilSomebodyWaits();
                other.run("ROLLBACK");
                assertThat(waiting.await().atMost(PATIENCE))
                        .isInstanceOfSatisfying(
                                WriteResult.Done.class,
                                done -> assertThat(done.repeated()).isFalse());
            }
        }

        @Test
        void is_forgotten_after_its_time() {
            write(create);
            write(new Work(update(CUSTOMER, id)).key("k2", "other"));
            try (Session other = session()) {
                other.run("UPDATE tidegate.remembered SET at = at - interval '2 hours' WHERE key = 'k'");
            }
            assertThat(writer().forget(STORE, Duration.ofHours(1)).await().atMost(PATIENCE))
                    .isEqualTo(1);
            assertThat(value("SELECT string_agg(key, ',') FROM tidegate.remembered"))
                    .isEqualTo("k2");
        }
    }

    @Nested
    class Trouble {
        private final UUID id = UUID.randomUUID();
        private final Work create =
                new Work(create(CUSTOMER, id, attribute(CUSTOMER, "Name", "x"))).key("k", "request");

        @Test
        void at_the_commit_leaves_in_doubt_and_the_same_key_tells() {
            prepare();
            loseAnswerTo("COMMIT\0");
            assertThat(refusal(create)).isEqualTo(ProblemCode.STORE_TIMEOUT);
            assertThat(write(create))
                    .isInstanceOfSatisfying(
                            WriteResult.Done.class,
                            done -> assertThat(done.repeated()).isTrue());
            assertThat(value("SELECT count(*) FROM customer WHERE id = '" + id + "'"))
                    .isEqualTo("1");
        }

        @Test
        void before_the_commit_leaves_nothing() {
            prepare();
            loseAnswerTo("RELEASE SAVEPOINT");
            assertThat(refusal(create)).isEqualTo(ProblemCode.STORE_UNAVAILABLE);
            untilNobodyIsBusy();
            assertThat(value("SELECT count(*) FROM customer WHERE id = '" + id + "'"))
                    .isEqualTo("0");
            assertThat(write(create))
                    .isInstanceOfSatisfying(
                            WriteResult.Done.class,
                            done -> assertThat(done.repeated()).isFalse());
        }

        @Test
        void with_a_lock_that_is_not_given_up_ends_at_the_deadline() {
            UUID customer = customer();
            try (Session other = session()) {
                other.run("BEGIN");
                other.run("UPDATE customer SET name = 'theirs' WHERE id = '" + customer + "'");
                assertThat(refusal(new Work(update(CUSTOMER, customer, attribute(CUSTOMER, "Name", "mine")))))
                        .isEqualTo(ProblemCode.STORE_TIMEOUT);
                until("only the other is busy", BUSY, "1");
                other.run("ROLLBACK");
            }
            assertThat(value("SELECT name FROM customer WHERE id = '" + customer + "'"))
                    .isEqualTo("x");
        }

        @Test
        void with_a_network_that_says_nothing_any_more_frees_what_was_locked() {
            UUID customer = customer();
            try (Session other = session()) {
                other.run("BEGIN");
                other.run("UPDATE customer SET name = 'theirs' WHERE id = '" + customer + "'");
                Uni<WriteResult> waiting =
                        started(new Work(update(CUSTOMER, customer, attribute(CUSTOMER, "Name", "mine"))).work());
                untilSomebodyWaits();
                stall();
                other.run("COMMIT");
                assertThat(code(catchThrowable(() -> waiting.await().atMost(PATIENCE))))
                        .isEqualTo(ProblemCode.STORE_TIMEOUT);
            }
            untilNobodyIsBusy();
            assertThat(value("SELECT name FROM customer WHERE id = '" + customer + "'"))
                    .isEqualTo("theirs");
        }

        @Test
        void with_a_deadlock_says_that_the_same_may_work_at_once() {
            UUID customer = customer();
            UUID order = order("o");
            try (Session other = session()) {
                other.run("SET deadlock_timeout = '60s'");
                other.run("BEGIN");
                other.run("SELECT FROM customer WHERE id = '" + customer + "' FOR UPDATE");
                Work work = new Work(update(ORDER, order, reference("Shop.Order_Customer", customer)));
                Uni<WriteResult> waiting = started(work.work());
                untilSomebodyWaits();
                other.start("UPDATE task SET title = 'theirs' WHERE id = '" + order + "'");
                assertThat(catchThrowable(() -> waiting.await().atMost(PATIENCE)))
                        .isInstanceOf(NotWritten.class);
            }
        }

        private void prepare() {
            customer();
        }
    }

    private static final String BUSY = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            + " AND pid <> pg_backend_pid() AND backend_type = 'client backend' AND state <> 'idle'";

    private void untilSomebodyWaits() {
        until(
                "somebody waits for a lock",
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'",
                "1");
    }

    private void untilNobodyIsBusy() {
        until("no transaction is open", BUSY, "0");
    }

    /** Every row of the users' tables and of what is remembered, with the transaction that wrote it. */
    private String everything() {
        StringBuilder all = new StringBuilder();
        for (String table : List.of("task", "orders", "customer", "tag", "note", "order_tag", "tidegate.remembered")) {
            all.append(table)
                    .append(value("SELECT md5(string_agg(t.xmin || t::text, '|' ORDER BY t.xmin::text, t::text)) FROM "
                            + table + " t"));
        }
        return all.toString();
    }

    private UUID customer() {
        UUID id = UUID.randomUUID();
        done(write(create(CUSTOMER, id, attribute(CUSTOMER, "Name", "x"))));
        return id;
    }

    private UUID order(String title) {
        UUID id = UUID.randomUUID();
        done(write(create(ORDER, id, attribute(TASK, "Title", title))));
        return id;
    }

    private WriteResult write(Change change) {
        return write(new Work(change));
    }

    private WriteResult write(Work work) {
        return writer().write(work.work())
                .onFailure(NotWritten.class)
                .retry()
                .atMost(3)
                .await()
                .atMost(PATIENCE);
    }

    private Uni<WriteResult> started(WriteWork work) {
        Uni<WriteResult> result = writer().write(work).memoize().indefinitely();
        result.subscribe().with(_ -> {}, _ -> {});
        return result;
    }

    private ProblemCode refusal(Work work) {
        return code(catchThrowable(() -> write(work)));
    }

    private static ProblemCode code(Throwable failure) {
        assertThat(failure).isInstanceOf(Refusal.class);
        return ((Refusal) failure).problem().code();
    }

    private static WriteAnswer done(WriteResult result) {
        assertThat(result).isInstanceOf(WriteResult.Done.class);
        return ((WriteResult.Done) result).answer();
    }

    private static Problem problem(WriteResult result) {
        assertThat(result).isInstanceOf(WriteResult.Refused.class);
        return ((WriteResult.Refused) result).problem();
    }

    private static Change create(EntityName entity, Object id, MemberValue... members) {
        return new Change.Create(entity, id, List.of(members));
    }

    private static Change update(EntityName entity, Object id, MemberValue... members) {
        return new Change.Update(entity, id, Optional.empty(), List.of(members));
    }

    private MemberValue attribute(EntityName entity, String name, @Nullable Object value) {
        DeclaredAttribute declared = model().attribute(entity, name).orElseThrow();
        return new MemberValue.OfAttribute(declared, value);
    }

    private MemberValue reference(String name, Object target) {
        return new MemberValue.Reference(end(name), Optional.of(target));
    }

    private OwnedEnd end(String name) {
        Association association = model().associations().get(AssociationName.parse(name));
        if (association == null) {
            throw new IllegalArgumentException(name);
        }
        return new OwnedEnd(association, Direction.FORWARD);
    }

    /** A write with everything allowed, unless it says otherwise. */
    private static final class Work {
        private final Change change;
        private WriteWork.Judgement judgement = FINE;
        private Condition visible = Condition.always();
        private Optional<WriteWork.Remembrance> remembrance = Optional.empty();
        private boolean shown;

        Work(Change change) {
            this.change = change;
            this.shown = change.entity().equals(ORDER) || change.entity().equals(TASK);
        }

        Work judged(WriteWork.Judgement by) {
            judgement = by;
            return this;
        }

        Work visible(Condition when) {
            visible = when;
            return this;
        }

        Work key(String key, String request) {
            remembrance = Optional.of(new WriteWork.Remembrance(key, request));
            return this;
        }

        Work unseen() {
            shown = false;
            return this;
        }

        WriteWork work() {
            return new WriteWork(
                    STORE,
                    change,
                    List.of(new Grant(Condition.always(), MemberSet.all(), MemberSet.all(), true, true)),
                    visible,
                    new Caller("ada", Set.of()).at(Instant.EPOCH),
                    judgement,
                    new Shown(shown),
                    remembrance);
        }
    }

    /** Tells the version and the title of a task. */
    private record Shown(boolean shown) implements WriteWork.Answering {
        @Override
        public Optional<SqlQuery> query() {
            return shown
                    ? Optional.of(new SqlQuery("SELECT row_version, title FROM task WHERE id = $1::uuid", List.of()))
                    : Optional.empty();
        }

        @Override
        public @Nullable Object[] binds(Object id) {
            return new Object[] {id};
        }

        @Override
        public WriteAnswer answer(Written written) {
            String id = written.id().toString();
            return switch (written) {
                case Written.Shown(var _, var row) ->
                    new WriteAnswer(id, Optional.of(String.valueOf(row.getFirst())), Optional.of(row.toString()));
                case Written.Unseen(var _, var version) ->
                    new WriteAnswer(id, Optional.of(version), Optional.of("unseen"));
                case Written.Gone _ -> new WriteAnswer(id, Optional.empty(), Optional.empty());
            };
        }
    }

    /** Changes of a few objects over and over, with values and targets of which many are wrong. */
    private final class RandomChanges {
        private final Random random;
        private final List<UUID> ids = new ArrayList<>();

        RandomChanges(long seed) {
            this.random = new Random(seed);
            for (int i = 0; i < 8; i++) {
                ids.add(new UUID(seed, i));
            }
        }

        Work next() {
            Work work = new Work(change(any(List.of(ORDER, ORDER, CUSTOMER, NOTE, TASK, TAG))));
            if (random.nextInt(4) == 0) {
                work.key("k" + random.nextInt(1_000), "r");
            }
            return work.judged(stored -> switch (stored) {
                case StoredState.Absent _ when work.change instanceof Change.Create -> Optional.empty();
                case StoredState.Present _
                when !(work.change instanceof Change.Create) && random.nextInt(8) > 0 -> Optional.empty();
                case StoredState.Absent _, StoredState.OfAnotherEntity _, StoredState.Present _ ->
                    Optional.of(Problem.of(ProblemCode.NO_SUCH_OBJECT, "no"));
            });
        }

        private Change change(EntityName entity) {
            Object id = entity.equals(TAG) ? (Object) (long) random.nextInt(4) : any(ids);
            return switch (random.nextInt(5)) {
                case 0 -> new Change.Delete(entity, id, Optional.empty());
                case 1, 2 -> new Change.Update(entity, id, Optional.empty(), members(entity));
                default -> new Change.Create(entity, id, members(entity));
            };
        }

        private List<MemberValue> members(EntityName entity) {
            List<MemberValue> members = new ArrayList<>();
            if (entity.equals(ORDER)) {
                members.add(attribute(ORDER, "Code", any(List.of("a", "b", "c", "d"))));
                members.add(attribute(ORDER, "Level", 95 + random.nextInt(7)));
                members.add(reference("Shop.Order_Customer", any(ids)));
                members.add(new MemberValue.Targets(
                        end("Shop.Order_Tag"), List.of((long) random.nextInt(4), (long) random.nextInt(4))));
            } else if (entity.equals(TASK)) {
                members.add(reference("Shop.Task_Parent", any(ids)));
            } else if (entity.equals(CUSTOMER)) {
                members.add(attribute(CUSTOMER, "Name", random.nextInt(3) == 0 ? null : "n"));
            } else if (entity.equals(NOTE)) {
                members.add(reference("Shop.Note_Order", any(ids)));
            }
            while (!members.isEmpty() && random.nextInt(3) == 0) {
                members.remove(random.nextInt(members.size()));
            }
            return members;
        }

        private <T> T any(List<T> of) {
            return of.get(random.nextInt(of.size()));
        }
    }
}
