package dev.tidegate.edition;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidegate.download.ChangeHints.Listening;
import dev.tidegate.download.Ear;
import dev.tidegate.edition.Attempt.Cause;
import dev.tidegate.model.ClientId;
import dev.tidegate.model.ClientKey;
import dev.tidegate.model.EntityName;
import dev.tidegate.model.ModelIssue;
import dev.tidegate.model.ProfileName;
import dev.tidegate.model.RoleName;
import dev.tidegate.model.StoreName;
import dev.tidegate.observation.Observation;
import dev.tidegate.observation.Observation.ListeningEnd;
import dev.tidegate.observation.Observation.ModelOutcome;
import io.smallrye.mutiny.Uni;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class ReloadingTest {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final String MODEL = """
            modules:
              Shop:
                entities:
                  Order: { store: field, table: orders, attributes: { Title: { type: string } } }
                access:
                  - { entity: Shop.Order, roles: [Clerk], read: all, write: all }
            profiles:
              Mobile: { kind: native-mobile, sync: { Shop.Order: all } }
            """;
    private static final String LONGER =
            MODEL.replace("Title: { type: string }", "Title: { type: string }, Note: { type: string }");
    private static final String BROKEN = MODEL.replace("type: string", "type: strong");
    private static final ProfileName MOBILE = new ProfileName("Mobile");

    private final File file = new File(MODEL);
    private final List<Observation> seen = new CopyOnWriteArrayList<>();
    private final List<StoreName> laid = Collections.synchronizedList(new ArrayList<>());
    private final List<ModelIssue> unservable = new ArrayList<>();
    private Groundwork groundwork = store -> Uni.createFrom().voidItem().invoke(() -> laid.add(store));
    private boolean usable = true;

    private final Editions editions = new Editions(SampleEditions.of(MODEL));
    private final Reloading reloading = reloading(Duration.ofMillis(50));

    private Reloading reloading(Duration patience) {
        return new Reloading(
                editions,
                file,
                file.read(),
                List.of(),
                new Reloading.Tools(
                        rulebook -> SampleEditions.of(rulebook, store -> groundwork.lay(store)),
                        _ -> unservable,
                        _ -> usable,
                        Runnable::run,
                        seen::add,
                        Clock.systemUTC(),
                        new Reloading.Pace(Duration.ofMillis(5), patience)));
    }

    /** What is written next is there from the next reading on; the last stays. */
    private static final class File implements ModelSource {
        private final Deque<ModelContent> next = new ArrayDeque<>();
        private ModelContent now;

        File(String text) {
            now = content(text);
        }

        static ModelContent content(String text) {
            return ModelContent.of("model.yaml", text);
        }

        synchronized void holds(String... texts) {
            next.clear();
            for (String text : texts) {
                next.add(content(text));
            }
        }

        synchronized void isMissing() {
            next.clear();
            next.add(ModelContent.ofFile(Path.of("no-such-model.yaml")));
        }

        @Override
        public String name() {
            return "model.yaml";
        }

        @Override
        public boolean isFile() {
            return true;
        }

        @Override
        public synchronized ModelContent read() {
            if (!next.isEmpty()) {
                now = next.remove();
            }
            return now;
        }
    }

    private Attempt ask() {
        return reloading.reload("otto").await().atMost(SOON).attempt();
    }

    private void look() {
        reloading.look().await().atMost(SOON);
    }

    private List<ModelOutcome> outcomes() {
        return seen.stream()
                .flatMap(one -> one instanceof Observation.ModelRead read
                        ? Optional.of(read.outcome()).stream()
                        : Optional.<ModelOutcome>empty().stream())
                .toList();
    }

    private static String versionOf(String text) {
        return ModelLoading.ofText("", text).rulebook().orElseThrow().model().version();
    }

    @Nested
    class A_valid_file {
        @Test
        void is_served_when_an_operator_asks() {
            file.holds(LONGER);

            Attempt attempt = ask();

            assertThat(attempt.outcome()).isEqualTo(ModelOutcome.LOADED);
            assertThat(attempt.cause()).isEqualTo(new Cause.Asked("otto"));
            assertThat(editions.current().version()).isEqualTo(versionOf(LONGER));
            assertThat(seen)
                    .contains(new Observation.ModelServed(versionOf(LONGER)))
                    .anyMatch(one -> one instanceof Observation.ModelRead read
                            && read.actor().equals(Optional.of("otto"))
                            && read.version().equals(versionOf(LONGER)));
        }

        @Test
        void is_served_when_somebody_looks() {
            file.holds(LONGER);

            look();

            assertThat(editions.current().version()).isEqualTo(versionOf(LONGER));
            assertThat(reloading.last().cause()).isEqualTo(new Cause.Changed());
        }

        @Test
        void changes_nothing_when_it_says_the_same_in_other_words() {
            Edition before = editions.current();
            file.holds("# a word on it\n" + MODEL);

            assertThat(ask().outcome()).isEqualTo(ModelOutcome.UNCHANGED);

            assertThat(editions.current()).isSameAs(before);
        }

        @Test
        void is_served_only_with_its_logs_in_the_stores_that_can_be_asked() {
            List<String> versions = new ArrayList<>();
            groundwork = _ -> Uni.createFrom()
                    .voidItem()
                    .invoke(() -> versions.add(editions.current().version()));
            file.holds(LONGER);

            ask();

            assertThat(versions).containsExactly(versionOf(MODEL));
        }

        @Test
        void is_served_without_them_where_a_store_is_away_or_fails_or_takes_too_long() {
            usable = false;
            file.holds(LONGER);
            assertThat(ask().outcome()).isEqualTo(ModelOutcome.LOADED);
            assertThat(laid).isEmpty();

            usable = true;
            groundwork = _ -> Uni.createFrom().failure(new IllegalStateException("made up by a test"));
            file.holds(MODEL);
            assertThat(ask().outcome()).isEqualTo(ModelOutcome.LOADED);

            groundwork = _ -> Uni.createFrom().nothing();
            file.holds(LONGER);
            assertThat(ask().outcome()).isEqualTo(ModelOutcome.LOADED);
            assertThat(editions.current().version()).isEqualTo(versionOf(LONGER));
        }

        @Test
        void ends_those_who_listen_by_the_model_before_and_those_who_come_to_it_late() {
            Edition before = editions.current();
            List<ListeningEnd> ends = new ArrayList<>();
            listen(before, ends);
            file.holds(LONGER);

            ask();
            listen(before, ends);

            assertThat(ends).containsExactly(ListeningEnd.MODEL_CHANGED, ListeningEnd.MODEL_CHANGED);
            List<ListeningEnd> none = new ArrayList<>();
            listen(editions.current(), none);
            assertThat(none).isEmpty();
        }

        private static void listen(Edition edition, List<ListeningEnd> ends) {
            Optional<Listening> _ = edition.hints()
                    .listen(
                            new ClientKey("ada", new ClientId(UUID.randomUUID())),
                            Objects.requireNonNull(edition.model().profiles().get(MOBILE)),
                            Set.of(new RoleName("Clerk")),
                            new Ear() {
                                @Override
                                public void hint(Set<EntityName> entities) {}

                                @Override
                                public void end(ListeningEnd how) {
                                    ends.add(how);
                                }
                            });
        }
    }

    @Nested
    class What_cannot_be_served {
        private final Edition before = editions.current();

        @Test
        void is_refused_whole_with_every_issue() {
            file.holds(BROKEN);

            Attempt attempt = ask();

            assertThat(attempt.outcome()).isEqualTo(ModelOutcome.REFUSED);
            assertThat(attempt.issues())
                    .isEqualTo(ModelLoading.ofText("", BROKEN).issues())
                    .isNotEmpty();
            assertThat(editions.current()).isSameAs(before);
            assertThat(reloading.isRefused()).isTrue();
        }

        @Test
        void may_be_empty_or_missing() {
            file.holds("");
            assertThat(ask().outcome()).isEqualTo(ModelOutcome.REFUSED);
            file.isMissing();
            assertThat(ask().issues()).extracting(ModelIssue::code).containsExactly("unreadable-file");
            assertThat(editions.current()).isSameAs(before);
        }

        @Test
        void may_be_valid_and_need_what_this_process_does_not_have() {
            unservable.add(new ModelIssue(
                    ModelIssue.Severity.ERROR, "store-not-configured", ModelContent.START, "no store", "add it"));
            file.holds(LONGER);

            assertThat(ask().issues()).isEqualTo(unservable);

            assertThat(editions.current()).isSameAs(before);
        }

        @Test
        void is_told_once_when_nobody_asks() {
            file.holds(BROKEN);
            look();
            look();
            look();
            assertThat(outcomes()).containsExactly(ModelOutcome.REFUSED);

            ask();
            assertThat(outcomes()).containsExactly(ModelOutcome.REFUSED, ModelOutcome.REFUSED);
        }

        @Test
        void is_over_when_the_file_is_again_what_is_served() {
            file.holds(BROKEN);
            look();
            file.holds(MODEL);
            look();

            assertThat(reloading.isRefused()).isFalse();
            assertThat(outcomes()).containsExactly(ModelOutcome.REFUSED, ModelOutcome.UNCHANGED);
            assertThat(editions.current()).isSameAs(before);
        }

        @Test
        void is_a_file_that_is_being_written_however_valid_its_beginning_is() {
            file.holds(LONGER, LONGER + "# and so");

            assertThat(ask().issues()).extracting(ModelIssue::code).containsExactly("changing-file");
            assertThat(editions.current()).isSameAs(before);

            look();
            assertThat(editions.current().version()).isEqualTo(versionOf(LONGER));
        }
    }

    @Test
    void one_attempt_comes_after_the_other_and_each_reads_what_stands_there_then() {
        Reloading patient = reloading(SOON);
        CompletableFuture<Runnable> laying = new CompletableFuture<>();
        groundwork = _ -> Uni.createFrom().emitter(end -> laying.complete(() -> end.complete(null)));
        file.holds(LONGER);
        CompletableFuture<Reloading.Reloaded> first = patient.reload("otto").subscribeAsCompletionStage();
        Runnable end = laying.join();
        CompletableFuture<Reloading.Reloaded> second = patient.reload("olga").subscribeAsCompletionStage();
        assertThat(second).isNotDone();

        groundwork = _ -> Uni.createFrom().voidItem();
        file.holds(MODEL);
        end.run();

        assertThat(first.join().edition().version()).isEqualTo(versionOf(LONGER));
        assertThat(second.join().edition().version()).isEqualTo(versionOf(MODEL));
        assertThat(patient.last().cause()).isEqualTo(new Cause.Asked("olga"));
    }
}
