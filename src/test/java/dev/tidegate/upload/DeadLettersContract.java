package dev.tidegate.upload;

import static dev.tidegate.upload.Submissions.ARCHIVE;
import static dev.tidegate.upload.Submissions.FIELD;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.tidegate.model.BatchId;
import dev.tidegate.model.ClientId;
import dev.tidegate.model.ErrorId;
import dev.tidegate.model.StoreName;
import dev.tidegate.policy.ChangeText;
import dev.tidegate.problem.Problem;
import dev.tidegate.problem.ProblemCode;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** What every {@link DeadLetters} keeps, beside the queue whose operations could not be applied. */
public abstract class DeadLettersContract {
    private static final QueueRoom ROOM = new QueueRoom(false, 1_000, 100_000_000);
    private static final DeadLetterFilter ANY = filter("", "");
    private static final DeskAct OTTO = DeskAct.ofOperator("otto", Optional.of("because"));
    private final UUID worker = UUID.randomUUID();
    private final Submissions ada = Submissions.of("ada");

    protected abstract UploadQueue queue();

    protected abstract DeadLetters letters();

    /** What is queued to be applied late: {@code "store lane position operation revision operations reason corrected"}. */
    protected abstract List<String> late();

    /** Does what the workers do when the retry of an operation fails. */
    protected abstract void failAgain(ErrorId error, ProblemCode code);

    /** Does what the workers do when the retry of an operation went well. */
    protected abstract void applied(ErrorId error);

    protected static <T> T now(Uni<T> work) {
        return work.await().atMost(Duration.ofSeconds(20));
    }

    /** A batch that is applied as far as it can be, which is not at all. */
    protected final Submission rejected(Submission batch) {
        return rejected(batch, ProblemCode.NO_SUCH_OBJECT);
    }

    private Submission rejected(Submission batch, ProblemCode code) {
        accept(batch);
        settle(part -> part.operations().stream()
                .map(index -> OperationOutcome.rejected(index, code, "There is nothing."))
                .toList());
        return batch;
    }

    private void accept(Submission batch) {
        assertThat(now(queue().accept(List.of(queue().entry(batch)), ROOM)).getFirst())
                .isInstanceOf(Acceptance.Accepted.class);
    }

    private void settle(Function<Part, List<OperationOutcome>> outcomes) {
        for (Part part : now(queue().lease(worker, Set.of(FIELD, ARCHIVE), 10, Duration.ofMinutes(5)))) {
            now(queue().settle(List.of(new Settled(part, new Settlement(outcomes.apply(part), false)))));
        }
    }

    private List<DeadLetter> all() {
        DeadLetterStream stream =
                new DeadLetterStream(letters(), ANY, now(letters().lastPlace()));
        List<DeadLetter> all = new ArrayList<>();
        DeadLetterPage page;
        do {
            page = now(stream.next(1_000));
            all.addAll(page.letters());
        } while (page.more());
        return all;
    }

    protected final DeadLetterPage page(DeadLetterFilter filter, ListPlace from, int limit) {
        return now(letters().page(filter, from, OptionalLong.empty(), limit));
    }

    private List<Integer> indices(DeadLetterFilter filter) {
        return page(filter, ListPlace.beginning(), 1_000).letters().stream()
                .map(DeadLetter::index)
                .toList();
    }

    /** Every letter of these batches, in the order of listing. */
    private List<ErrorId> errors(Submission... batches) {
        List<BatchId> ids = Stream.of(batches).map(one -> one.batch().id()).toList();
        return all().stream()
                .filter(letter -> ids.contains(letter.batch()))
                .map(DeadLetter::id)
                .toList();
    }

    private DeadLetterFile file(ErrorId error) {
        return now(letters().find(error, Optional.empty())).orElseThrow();
    }

    private DeskVerdict retry(ErrorId error) {
        return retry(error, FIELD, OTTO);
    }

    private DeskVerdict retry(ErrorId error, StoreName store, DeskAct act) {
        return now(letters().retry(List.of(new Retry(error, store, Optional.empty())), act, true))
                .getFirst();
    }

    private DeskVerdict correct(ErrorId error, String title) {
        return now(letters().retry(List.of(new Retry(error, FIELD, Optional.of(change(title)))), OTTO, true))
                .getFirst();
    }

    private DeskVerdict discard(ErrorId error) {
        return now(letters().discard(List.of(error), OTTO, true)).getFirst();
    }

    private List<AuditEntry> audit() {
        return now(letters().audit(new AuditFilter(Optional.empty(), Optional.empty(), Optional.empty()), 0, 1_000));
    }

    private static ChangeText change(String title) {
        return new ChangeText(
                ChangeText.Kind.UPDATE,
                "Shop.Order",
                Optional.of("x"),
                Optional.empty(),
                Map.of("Title", title),
                Map.of(),
                "/operation");
    }

    /** One that says this about one thing, or nothing. */
    protected static DeadLetterFilter filter(String name, String value) {
        UnaryOperator<String> of = other -> name.equals(other) ? value : "";
        return new DeadLetterFilter(
                text(of.apply("caller")),
                text(of.apply("client")).map(id -> new ClientId(UUID.fromString(id))),
                text(of.apply("batch")).map(id -> new BatchId(UUID.fromString(id))),
                text(of.apply("profile")),
                text(of.apply("entity")),
                text(of.apply("code")).flatMap(ProblemCode::of),
                text(of.apply("since")).map(Instant::parse),
                text(of.apply("until")).map(Instant::parse));
    }

    private static Optional<String> text(String text) {
        return text.isEmpty() ? Optional.empty() : Optional.of(text);
    }

    private static Submission of(Submissions who, String entity) {
        BatchText one = who.batch("x").batch();
        return who.of(one.with(List.of(new ChangeText(
                ChangeText.Kind.DELETE,
                entity,
                Optional.of("x"),
                Optional.empty(),
                Map.of(),
                Map.of(),
                "/operations/0"))));
    }

    private static Submission atomic(Submission batch) {
        BatchText text = batch.batch();
        BatchText atomic = new BatchText(
                text.id(), text.client(), text.after(), text.modelVersion(), text.scope(), true, text.operations());
        return new Submission(batch.submitter(), atomic, batch.digest(), batch.shares(), batch.decided());
    }

    @Nested
    class Looking {
        @Test
        void an_operation_is_kept_whole_with_whoever_sent_it() {
            Submission batch = rejected(ada.batch("a", "b"));

            DeadLetter second = all().get(1);

            assertThat(second.client()).isEqualTo(ada.client());
            assertThat(second.profile()).isEqualTo(batch.submitter().profile());
            assertThat(second.batch()).isEqualTo(batch.batch().id());
            assertThat(second.index()).isEqualTo(1);
            assertThat(second.sent().get("op")).isEqualTo("update");
            assertThat(second.sent().get("entity")).isEqualTo("Shop.Order");
            assertThat(second.sent().get("attributes")).isEqualTo(Map.of("Title", "b"));
            assertThat(second.corrected()).isEmpty();
            assertThat(second.problem()).isEqualTo(Problem.of(ProblemCode.NO_SUCH_OBJECT, "There is nothing."));
            assertThat(second.retrying()).isFalse();
            DeadLetterFile file = file(second.id());
            assertThat(file.letter()).isEqualTo(second);
            assertThat(file.submitter()).isEqualTo(batch.submitter());
            assertThat(file.attempts())
                    .containsExactly(new Attempt(
                            Optional.empty(),
                            Optional.empty(),
                            Optional.of(new Attempt.Ended("rejected", second.problem(), second.at()))));
        }

        @Test
        void nobody_finds_what_is_another_callers() {
            rejected(ada.batch("a"));
            ErrorId error = all().getFirst().id();

            assertThat(now(letters().find(error, Optional.of("ada")))).isPresent();
            assertThat(now(letters().find(error, Optional.of("bob")))).isEmpty();
            assertThat(now(letters().find(new ErrorId(UUID.randomUUID()), Optional.empty())))
                    .isEmpty();
        }

        @Test
        void each_filter_leaves_what_it_names() {
            Submissions bob = Submissions.of("bob");
            Submission first = rejected(ada.batch("a", "b", "c"));
            Submission other = rejected(of(bob, "Shop.Item"), ProblemCode.NOT_UNIQUE);
            String border = all().getLast().at().toString();

            assertThat(indices(ANY)).containsExactly(0, 1, 2, 0);
            assertThat(indices(filter("caller", "ada"))).containsExactly(0, 1, 2);
            assertThat(indices(filter("caller", "ad"))).isEmpty();
            assertThat(indices(filter("client", bob.client().client().toString())))
                    .containsExactly(0);
            assertThat(indices(filter("batch", first.batch().id().toString()))).containsExactly(0, 1, 2);
            assertThat(indices(filter("profile", "Mobile"))).hasSize(4);
            assertThat(indices(filter("profile", "Web"))).isEmpty();
            assertThat(indices(filter("entity", "Shop.Item"))).containsExactly(0);
            assertThat(indices(filter("code", "no-such-object"))).containsExactly(0, 1, 2);
            assertThat(page(filter("since", border), ListPlace.beginning(), 9).letters())
                    .extracting(DeadLetter::batch)
                    .containsExactly(other.batch().id());
            assertThat(indices(filter("until", border))).containsExactly(0, 1, 2);
        }

        @Test
        void an_entity_with_a_name_too_long_for_an_index_is_kept_and_found() {
            String name = new Random(1)
                    .ints(6_000, 'a', 'z' + 1)
                    .collect(StringBuilder::new, (text, c) -> text.append((char) c), StringBuilder::append)
                    .toString();
            rejected(of(ada, name + "1"));
            rejected(of(ada, name + "2"));

            assertThat(page(filter("entity", name + "2"), ListPlace.beginning(), 9)
                            .letters())
                    .extracting(letter -> letter.sent().get("entity"))
                    .containsExactly(name + "2");
        }

        @Test
        void pages_bring_each_once_that_stays_while_others_come_and_go() {
            long seed = System.nanoTime();
            Random random = new Random(seed);
            List<ErrorId> stay = new ArrayList<>(errors(rejected(
                    ada.batch(IntStream.range(0, 40).mapToObj(i -> "t" + i).toArray(String[]::new)))));
            List<ErrorId> seen = new ArrayList<>();
            ListPlace place = ListPlace.beginning();
            boolean more = true;
            for (int turn = 0; more; turn++) {
                DeadLetterPage page = page(ANY, place, 1 + random.nextInt(4));
                page.letters().forEach(letter -> seen.add(letter.id()));
                // The last one seen goes, on which a place would hang that is an id; one before and one behind it go
                // too.
                List<ErrorId> goes =
                        new ArrayList<>(List.of(page.letters().getLast().id()));
                List<ErrorId> rest =
                        stay.stream().filter(one -> !seen.contains(one)).toList();
                if (rest.size() > 1) {
                    goes.add(rest.get(random.nextInt(rest.size())));
                }
                goes.forEach(DeadLettersContract.this::discard);
                stay.removeAll(goes.subList(1, goes.size()));
                if (turn < 6) {
                    rejected(ada.batch("new"));
                }
                more = page.more();
                place = new ListPlace.Behind(page.letters().getLast().place());
            }

            assertThat(seen).as("seed %d", seed).doesNotHaveDuplicates().containsAll(stay);
            assertThat(seen).as("seed %d", seed).hasSizeBetween(stay.size(), stay.size() + 6);
        }

        @Test
        void a_clients_page_goes_on_behind_its_error_and_begins_anew_when_that_is_gone() {
            List<ErrorId> errors = errors(rejected(ada.batch("a", "b", "c")));

            assertThat(page(ANY, new ListPlace.BehindError(errors.get(1), "ada"), 9)
                            .letters())
                    .extracting(DeadLetter::id)
                    .containsExactly(errors.get(2));
            assertThat(page(ANY, new ListPlace.BehindError(errors.get(1), "bob"), 9)
                            .letters())
                    .as("of no use to others")
                    .hasSize(3);
            discard(errors.get(1));
            assertThat(page(ANY, new ListPlace.BehindError(errors.get(1), "ada"), 9)
                            .letters())
                    .hasSize(2);
        }

        @Test
        void large_operations_make_short_pages_and_none_is_left_out() {
            String large = "x".repeat(3_000_000);
            List<ErrorId> errors = errors(rejected(ada.batch(large, large, large, "small")));

            List<ErrorId> seen = new ArrayList<>();
            List<Integer> sizes = new ArrayList<>();
            DeadLetterStream stream =
                    new DeadLetterStream(letters(), ANY, now(letters().lastPlace()));
            DeadLetterPage page;
            do {
                page = now(stream.next(100));
                sizes.add(page.letters().size());
                page.letters().forEach(letter -> seen.add(letter.id()));
            } while (page.more());

            assertThat(seen).isEqualTo(errors);
            assertThat(sizes).containsExactly(2, 2);
        }

        @Test
        void a_stream_ends_with_what_was_there_when_it_began() {
            List<ErrorId> errors = errors(rejected(ada.batch("a", "b")));
            DeadLetterStream stream =
                    new DeadLetterStream(letters(), ANY, now(letters().lastPlace()));
            rejected(ada.batch("later"));

            DeadLetterPage page = now(stream.next(100));

            assertThat(page.letters()).extracting(DeadLetter::id).isEqualTo(errors);
            assertThat(page.more()).isFalse();
        }
    }

    @Nested
    class Retrying {
        @Test
        void a_retry_waits_to_be_applied_late_as_it_was_sent() {
            Submission batch = rejected(ada.batch("a", "b"));

            assertThat(retry(errors(batch).get(1))).isEqualTo(DeskVerdict.DONE);

            assertThat(late()).containsExactly("field " + ada.client().lane() + " 1 1 1 {1} retried null");
            assertThat(all()).extracting(DeadLetter::retrying).containsExactly(false, true);
            List<Attempt> attempts = file(errors(batch).get(1)).attempts();
            assertThat(attempts).hasSize(2);
            assertThat(attempts.getFirst().ended()).isPresent();
            assertThat(attempts.getLast().asked()).map(Attempt.Asked::by).contains("otto");
            assertThat(attempts.getLast().corrected()).isEmpty();
            assertThat(attempts.getLast().ended()).isEmpty();
        }

        @Test
        void a_second_retry_is_refused_while_one_is_under_way() {
            ErrorId error = errors(rejected(ada.batch("a"))).getFirst();
            retry(error);

            assertThat(retry(error)).isEqualTo(DeskVerdict.RETRYING);
            assertThat(correct(error, "b")).isEqualTo(DeskVerdict.RETRYING);
            assertThat(discard(error)).isEqualTo(DeskVerdict.RETRYING);

            assertThat(late()).hasSize(1);
            assertThat(audit()).hasSize(1);
            assertThat(file(error).letter().corrected()).isEmpty();
        }

        @Test
        void of_many_retries_at_once_one_is_queued() {
            ErrorId error = errors(rejected(ada.batch("a"))).getFirst();
            List<Uni<DeskVerdict>> attempts = Collections.nCopies(
                    20,
                    Uni.createFrom()
                            .deferred(() -> letters()
                                    .retry(List.of(new Retry(error, FIELD, Optional.empty())), OTTO, true)
                                    .map(List::getFirst)));

            List<DeskVerdict> verdicts = now(Uni.join().all(attempts).andFailFast());

            assertThat(verdicts).containsOnlyOnce(DeskVerdict.DONE).contains(DeskVerdict.RETRYING);
            assertThat(Collections.frequency(verdicts, DeskVerdict.RETRYING)).isEqualTo(19);
            assertThat(late()).hasSize(1);
            assertThat(audit()).hasSize(1);
        }

        @Test
        void one_that_failed_again_is_retried_under_the_next_revision_and_remembers_all() {
            ErrorId error = errors(rejected(ada.batch("a"))).getFirst();
            correct(error, "corrected");
            failAgain(error, ProblemCode.NOT_UNIQUE);

            assertThat(retry(error)).isEqualTo(DeskVerdict.DONE);

            assertThat(late().getLast())
                    .startsWith("field " + ada.client().lane() + " 1 0 2 {0} retried {")
                    .contains("\"0\"", "corrected");
            DeadLetterFile file = file(error);
            assertThat(file.letter().sent().get("attributes")).isEqualTo(Map.of("Title", "a"));
            assertThat(file.letter().corrected().orElseThrow().get("attributes"))
                    .isEqualTo(Map.of("Title", "corrected"));
            assertThat(file.attempts())
                    .extracting(attempt ->
                            attempt.ended().map(ended -> ended.problem().code()))
                    .containsExactly(
                            Optional.of(ProblemCode.NO_SUCH_OBJECT),
                            Optional.of(ProblemCode.NOT_UNIQUE),
                            Optional.empty());
            assertThat(file.attempts())
                    .extracting(attempt -> attempt.corrected().isPresent())
                    .containsExactly(false, true, false);
            List<Instant> times = file.attempts().stream()
                    .flatMap(attempt -> attempt.ended().stream().map(Attempt.Ended::at))
                    .toList();
            assertThat(times).isSorted().doesNotHaveDuplicates();
        }

        @Test
        void one_that_was_applied_is_gone() {
            ErrorId error = errors(rejected(ada.batch("a"))).getFirst();
            retry(error);
            applied(error);

            assertThat(all()).isEmpty();
            assertThat(retry(error)).isEqualTo(DeskVerdict.GONE);
        }

        @Test
        void nothing_is_retried_before_its_batch_is_applied() {
            Submission batch = ada.rejectingFirst(ada.text(new BatchId(UUID.randomUUID()), "a", "b"));
            accept(batch);
            ErrorId error = errors(batch).getFirst();

            assertThat(retry(error)).isEqualTo(DeskVerdict.WAITING);
            settle(part -> List.of());
            assertThat(retry(error)).isEqualTo(DeskVerdict.DONE);
        }

        @Test
        void what_is_for_a_store_without_a_part_is_not_retried() {
            ErrorId error = errors(rejected(ada.batch("a"))).getFirst();

            assertThat(retry(error, ARCHIVE, OTTO)).isEqualTo(DeskVerdict.ELSEWHERE);
            assertThat(late()).isEmpty();
        }

        @Test
        void parts_of_a_batch_are_retried_in_their_own_stores() {
            Submission batch = ada.of(ada.text(new BatchId(UUID.randomUUID()), "a", "b"), FIELD, ARCHIVE);
            rejected(batch);
            List<ErrorId> errors = all().stream()
                    .sorted(Comparator.comparingInt(DeadLetter::index))
                    .map(DeadLetter::id)
                    .toList();

            assertThat(retry(errors.get(1), ARCHIVE, OTTO)).isEqualTo(DeskVerdict.DONE);
            assertThat(late()).containsExactly("archive " + ada.client().lane() + " 1 1 1 {1} retried null");
        }

        @Test
        void nobody_retries_or_discards_what_is_another_callers() {
            ErrorId error = errors(rejected(ada.batch("a"))).getFirst();
            DeskAct bob = DeskAct.ofClient("bob");

            assertThat(retry(error, FIELD, bob)).isEqualTo(DeskVerdict.GONE);
            assertThat(now(letters().discard(List.of(error), bob, true))).containsExactly(DeskVerdict.GONE);
            assertThat(retry(error, FIELD, DeskAct.ofClient("ada"))).isEqualTo(DeskVerdict.DONE);
            assertThat(audit()).extracting(AuditEntry::actor).containsExactly("ada");
        }

        @Test
        void an_atomic_batch_is_retried_whole() {
            List<ErrorId> errors = errors(rejected(atomic(ada.batch("a", "b", "c"))));

            assertThat(correct(errors.get(1), "better")).isEqualTo(DeskVerdict.DONE);

            assertThat(late())
                    .singleElement()
                    .asString()
                    .contains(" 1 0 1 {0,1,2} retried {")
                    .contains("\"1\"");
            assertThat(all()).extracting(DeadLetter::retrying).containsOnly(true);
            assertThat(retry(errors.getLast())).isEqualTo(DeskVerdict.RETRYING);
            assertThat(audit()).extracting(AuditEntry::corrected).containsExactly(false, true, false);
        }

        @Test
        void an_atomic_batch_of_which_one_was_discarded_is_not_retried() {
            List<ErrorId> errors = errors(rejected(atomic(ada.batch("a", "b"))));
            discard(errors.getFirst());

            assertThat(retry(errors.getLast())).isEqualTo(DeskVerdict.INCOMPLETE);
            assertThat(late()).isEmpty();
        }

        @Test
        void several_have_a_verdict_each_in_their_order() {
            List<ErrorId> errors = errors(rejected(ada.batch("a", "b", "c")));
            retry(errors.get(1));
            List<Retry> retries = Stream.of(errors.get(2), errors.get(1), new ErrorId(UUID.randomUUID()), errors.get(0))
                    .map(error -> new Retry(error, FIELD, Optional.empty()))
                    .toList();

            assertThat(now(letters().retry(retries, OTTO, false)))
                    .containsExactly(DeskVerdict.DONE, DeskVerdict.RETRYING, DeskVerdict.GONE, DeskVerdict.DONE);
        }

        @Test
        void what_the_same_run_has_queued_counts_as_done() {
            List<ErrorId> errors = errors(rejected(atomic(ada.batch("a", "b"))));
            DeskAct run = DeskAct.ofRun("otto", Optional.empty(), ANY, UUID.randomUUID());
            List<Retry> retries = errors.stream()
                    .map(error -> new Retry(error, FIELD, Optional.empty()))
                    .toList();

            assertThat(now(letters().retry(retries, run, false))).containsExactly(DeskVerdict.DONE, DeskVerdict.DONE);
            assertThat(late()).hasSize(1);
        }
    }

    @Nested
    class Discarding {
        @Test
        void what_is_discarded_is_gone_and_the_others_stay() {
            List<ErrorId> errors = errors(rejected(ada.batch("a", "b", "c")));

            assertThat(now(letters().discard(List.of(errors.get(0), errors.get(2)), OTTO, false)))
                    .containsExactly(DeskVerdict.DONE, DeskVerdict.DONE);

            assertThat(all()).extracting(DeadLetter::id).containsExactly(errors.get(1));
            assertThat(discard(errors.get(0))).isEqualTo(DeskVerdict.GONE);
        }
    }

    @Nested
    class Auditing {
        @Test
        void each_act_is_written_down_and_none_that_was_refused() {
            Submission batch = rejected(ada.batch("a", "b"));
            List<ErrorId> errors = errors(batch);
            discard(errors.get(0));
            discard(errors.get(0));
            correct(errors.get(1), "secret");
            correct(errors.get(1), "secret");

            assertThat(audit())
                    .extracting(
                            AuditEntry::actor,
                            AuditEntry::action,
                            AuditEntry::error,
                            AuditEntry::client,
                            AuditEntry::batch,
                            AuditEntry::index,
                            AuditEntry::corrected,
                            AuditEntry::reason)
                    .containsExactly(
                            tuple(
                                    "otto",
                                    "discard",
                                    errors.get(0),
                                    ada.client(),
                                    batch.batch().id(),
                                    0,
                                    false,
                                    Optional.of("because")),
                            tuple(
                                    "otto",
                                    "retry",
                                    errors.get(1),
                                    ada.client(),
                                    batch.batch().id(),
                                    1,
                                    true,
                                    Optional.of("because")));
            assertThat(audit().toString()).doesNotContain("secret");
        }

        @Test
        void entries_are_found_by_who_and_when_and_come_in_pages() {
            List<ErrorId> errors = errors(rejected(ada.batch("a", "b", "c")));
            DeadLetterFilter mine = filter("caller", "ada");
            now(letters().discard(List.of(errors.get(0)), DeskAct.ofClient("ada"), true));
            now(letters()
                    .discard(
                            errors.subList(1, 3),
                            DeskAct.ofRun("otto", Optional.of("old"), mine, UUID.randomUUID()),
                            false));
            Instant when = audit().getLast().at();

            AuditFilter otto = new AuditFilter(Optional.of("otto"), Optional.empty(), Optional.empty());
            List<AuditEntry> first = now(letters().audit(otto, 0, 1));
            assertThat(first).extracting(AuditEntry::index).containsExactly(1);
            assertThat(first.getFirst().filter()).contains(Map.of("caller", "ada"));
            assertThat(now(letters().audit(otto, first.getFirst().id(), 9)))
                    .extracting(AuditEntry::index)
                    .containsExactly(2);
            assertThat(now(letters()
                            .audit(new AuditFilter(Optional.empty(), Optional.of(when), Optional.empty()), 0, 9)))
                    .extracting(AuditEntry::actor)
                    .containsExactly("otto", "otto");
            assertThat(now(letters()
                            .audit(new AuditFilter(Optional.empty(), Optional.empty(), Optional.of(when)), 0, 9)))
                    .extracting(AuditEntry::actor)
                    .containsExactly("ada");
        }
    }
}
