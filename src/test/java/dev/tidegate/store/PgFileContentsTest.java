package dev.tidegate.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidegate.problem.ProblemCode;
import dev.tidegate.problem.Refusal;
import dev.tidegate.testing.TestDatabase;
import dev.tidegate.upload.BatchKey;
import dev.tidegate.upload.FileContents;
import dev.tidegate.upload.FileContentsContract;
import dev.tidegate.upload.FileKey;
import dev.tidegate.upload.FileRoom;
import dev.tidegate.upload.FileSlice;
import dev.tidegate.upload.FileUse;
import dev.tidegate.upload.Leftovers;
import dev.tidegate.upload.QueueRoom;
import dev.tidegate.upload.Submission;
import dev.tidegate.upload.Submissions;
import io.vertx.core.Vertx;
import io.vertx.mutiny.sqlclient.Pool;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class PgFileContentsTest extends FileContentsContract {
    private static final Duration DEADLINE = Duration.ofSeconds(10);
    private static final Duration DAY = Duration.ofDays(1);
    private static Vertx vertx;
    private TestDatabase database;
    private Pool pool;

    @BeforeAll
    static void startVertx() {
        vertx = Vertx.vertx();
    }

    @AfterAll
    static void stopVertx() {
        vertx.close();
    }

    @BeforeEach
    void connect() {
        database = QueueDatabase.create();
        pool = PgUploadQueueTest.pool(vertx, database, 8);
    }

    @AfterEach
    void disconnect() {
        pool.closeAndForget();
        database.close();
    }

    @Override
    protected FileContents contents() {
        return new PgFileContents(pool, DEADLINE);
    }

    @Nested
    class Leftover {
        private final Submissions ada = Submissions.of("ada");

        private Leftovers.Step sweep(FileLeftovers.Kind kind) {
            return now(new FileLeftovers(pool, kind, 10, DEADLINE).sweep(DAY).next());
        }

        /** As if what happened until now had happened so many days ago. */
        private void daysPass(int days) {
            String interval = " - interval '" + days + " days'";
            database.run(
                    "UPDATE tidegate_queue.file SET touched_at = touched_at" + interval,
                    "UPDATE tidegate_queue.batch SET settled_at = settled_at" + interval);
        }

        private FileKey file() {
            FileKey key = key("ada");
            sendWhole(key, random(1_000, 1));
            return key;
        }

        /** A file that the first operation of a batch refers to. */
        private FileKey usedBy(Submission batch) {
            FileKey key = file();
            now(contents().pin(batch.key(), List.of(new FileUse(key.file(), 0))));
            return key;
        }

        private boolean isThere(FileKey key) {
            return now(contents().find(key)).isPresent();
        }

        private void accept(Submission batch) {
            PgUploadQueue queue = new PgUploadQueue(pool, DEADLINE);
            now(queue.accept(List.of(queue.entry(batch)), new QueueRoom(false, 1_000, 1_000_000)));
        }

        private void settled(BatchKey batch) {
            database.run(
                    "UPDATE tidegate_queue.part SET state = 'settled', settled_at = now() WHERE batch_id = '"
                            + batch.batch() + "'",
                    "UPDATE tidegate_queue.batch SET state = 'applied', settled_at = now() WHERE batch_id = '"
                            + batch.batch() + "'");
        }

        @Test
        void uploads_go_when_they_were_not_gone_on_with_for_long_enough() {
            FileKey begun = key("ada");
            now(contents()
                    .begin(
                            begun,
                            new FileSlice(0, 5, 10, false, Optional.empty(), Optional.empty()),
                            new FileRoom(1_000_000, false)));
            FileKey complete = file();

            assertThat(sweep(FileLeftovers.Kind.INCOMPLETE)).isEqualTo(new Leftovers.Step(0, false));
            daysPass(2);
            assertThat(sweep(FileLeftovers.Kind.INCOMPLETE)).isEqualTo(new Leftovers.Step(1, false));
            assertThat(isThere(begun)).isFalse();
            assertThat(isThere(complete)).isTrue();
        }

        @Test
        void files_go_that_nothing_refers_to_and_their_pieces_with_them() {
            file();
            daysPass(2);
            FileKey fresh = file();

            assertThat(sweep(FileLeftovers.Kind.SETTLED)).isEqualTo(new Leftovers.Step(0, false));
            assertThat(sweep(FileLeftovers.Kind.UNUSED)).isEqualTo(new Leftovers.Step(1, false));
            assertThat(isThere(fresh)).isTrue();
            assertThat(database.value("SELECT count(*) FROM tidegate_queue.file_piece"))
                    .isEqualTo("1");
        }

        @Test
        void files_stay_while_their_batch_waits_and_go_some_time_after_it_is_settled() {
            Submission batch = ada.batch("a");
            FileKey file = usedBy(batch);
            accept(batch);
            daysPass(30);
            assertThat(sweep(FileLeftovers.Kind.UNUSED).forgotten()).isZero();
            assertThat(sweep(FileLeftovers.Kind.SETTLED).forgotten()).isZero();

            settled(batch.key());
            assertThat(sweep(FileLeftovers.Kind.SETTLED).forgotten()).isZero();
            daysPass(2);
            assertThat(sweep(FileLeftovers.Kind.SETTLED).forgotten()).isEqualTo(1);
            assertThat(isThere(file)).isFalse();
        }

        @Test
        void files_stay_while_an_error_of_an_operation_that_refers_to_them_is_kept() {
            Submission batch = ada.rejectingFirst(ada.text(Optional.empty(), "a", "b"));
            FileKey file = usedBy(batch);
            accept(batch);
            settled(batch.key());
            daysPass(30);
            assertThat(sweep(FileLeftovers.Kind.SETTLED).forgotten()).isZero();
            assertThat(sweep(FileLeftovers.Kind.UNUSED).forgotten()).isZero();

            database.run("DELETE FROM tidegate_queue.error");
            assertThat(sweep(FileLeftovers.Kind.SETTLED).forgotten()).isEqualTo(1);
            assertThat(isThere(file)).isFalse();
        }

        @Test
        void files_stay_while_an_operation_that_refers_to_them_is_parked() {
            Submission batch = ada.of(ada.text(Optional.empty(), "a", "b"));
            FileKey file = usedBy(batch);
            accept(batch);
            settled(batch.key());
            database.run("""
                    INSERT INTO tidegate_queue.late (store, lane, position, operation, revision, operations, caller, batch_id,
                                                     reason, patient_until)
                    SELECT store, lane, position, 0, 1, '{0}', caller, batch_id, 'parked', now() FROM tidegate_queue.part
                    """);
            daysPass(30);
            assertThat(sweep(FileLeftovers.Kind.SETTLED).forgotten()).isZero();

            database.run("UPDATE tidegate_queue.late SET state = 'settled'");
            assertThat(sweep(FileLeftovers.Kind.SETTLED).forgotten()).isEqualTo(1);
            assertThat(isThere(file)).isFalse();
        }

        @Test
        void files_of_a_batch_that_never_came_count_as_unused_from_when_it_was_to_come() {
            FileKey file = file();
            daysPass(30);
            now(contents().pin(ada.batch("never").key(), List.of(new FileUse(file.file(), 0))));

            assertThat(sweep(FileLeftovers.Kind.UNUSED).forgotten()).isZero();
            daysPass(2);
            assertThat(sweep(FileLeftovers.Kind.SETTLED).forgotten()).isZero();
            assertThat(sweep(FileLeftovers.Kind.UNUSED).forgotten()).isEqualTo(1);
        }

        @Test
        void files_go_in_short_steps_oldest_first_and_those_that_are_wanted_are_passed_over() {
            Submission batch = ada.batch("a");
            FileKey wanted = usedBy(batch);
            accept(batch);
            daysPass(1);
            for (int i = 0; i < 3; i++) {
                file();
                daysPass(1);
            }
            daysPass(1);
            Leftovers.Sweep sweep = new FileLeftovers(pool, FileLeftovers.Kind.UNUSED, 2, DEADLINE).sweep(DAY);

            assertThat(now(sweep.next())).isEqualTo(new Leftovers.Step(1, true));
            assertThat(now(sweep.next())).isEqualTo(new Leftovers.Step(2, true));
            assertThat(now(sweep.next())).isEqualTo(new Leftovers.Step(0, false));
            assertThat(isThere(wanted)).isTrue();
        }
    }

    /** Nested, as the contract's are: in a class whose tests are all nested, Surefire passes over one that is not. */
    @Nested
    class In_the_database {
        @Test
        void what_is_held_is_counted() {
            sendWhole(key("ada"), random(1_000, 1));
            sendWhole(key("bob"), random(500, 1));

            assertThat(now(new PgFileContents(pool, DEADLINE).held())).isEqualTo(new PgFileContents.Held(2, 1_500));
        }

        @Test
        void a_piece_is_durable_also_where_commits_are_not_by_default() {
            database.set("synchronous_commit", "off");
            assertThat(database.value("SELECT current_setting('synchronous_commit')"))
                    .isEqualTo("off");
            assertThat(database.value(
                            "WITH begun AS (INSERT INTO tidegate_queue.file (caller, file_id, total) VALUES ('a',"
                                    + " gen_random_uuid(), 1) RETURNING number) SELECT number FROM begun"))
                    .isNotNull();
            assertThat(database.column("SELECT current_setting('synchronous_commit')"
                            + " FROM (SELECT tidegate_queue.append_piece(number, 0, 'a', sha256('a')) FROM tidegate_queue.file"
                            + " OFFSET 0) AS kept"))
                    .containsExactly("on");
        }

        @Test
        void one_that_is_away_is_told_as_the_queue_is() {
            database.close();

            assertThatThrownBy(() -> now(contents().find(key("ada"))))
                    .isInstanceOfSatisfying(
                            Refusal.class,
                            refusal -> assertThat(refusal.problem().code()).isEqualTo(ProblemCode.QUEUE_UNAVAILABLE));
        }
    }
}
