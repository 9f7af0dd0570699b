package dev.tidegate.upload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidegate.model.BatchId;
import dev.tidegate.model.Sha256;
import dev.tidegate.problem.ProblemCode;
import dev.tidegate.problem.Refusal;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** What every {@link FileContents} keeps, as it is used by a {@link FileShelf}. */
public abstract class FileContentsContract {
    private static final FileShelf.Limits LIMITS = new FileShelf.Limits(1_000_000, 300_000, 10_000_000);
    private static final int SIZE = 100_000;
    private final byte[] content = random(SIZE, 7);
    private final FileKey key = key("ada");

    protected abstract FileContents contents();

    protected static FileKey key(String caller) {
        return new FileKey(caller, new FileId(UUID.randomUUID()));
    }

    protected static byte[] random(int size, long seed) {
        byte[] bytes = new byte[size];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    protected static <T> T now(Uni<T> work) {
        return work.await().atMost(Duration.ofSeconds(20));
    }

    private FileShelf shelf() {
        return new FileShelf(contents(), LIMITS, _ -> {});
    }

    private static FileHash hash(byte[] bytes) {
        return FileHash.of(Sha256.begin().digest(bytes));
    }

    private static FileSlice whole(byte[] bytes) {
        return new FileSlice(0, bytes.length, bytes.length, true, Optional.empty(), Optional.empty());
    }

    private static FileSlice slice(int from, int to, int total) {
        return new FileSlice(from, to - from, total, false, Optional.empty(), Optional.empty());
    }

    private Uni<StoredFile> sending(FileKey to, FileSlice slice, byte[] bytes) {
        return shelf().begin(to, slice).flatMap(upload -> upload.end(bytes));
    }

    /** Sends a part of the content, in two pieces. */
    private StoredFile send(int from, int to) {
        int middle = from + (to - from) / 2;
        return now(shelf().begin(key, slice(from, to, SIZE))
                .flatMap(upload -> upload.take(Arrays.copyOfRange(content, from, middle))
                        .flatMap(_ -> upload.end(Arrays.copyOfRange(content, middle, to)))));
    }

    protected final StoredFile sendWhole(FileKey to, byte[] bytes) {
        return now(sending(to, whole(bytes), bytes));
    }

    private byte[] read(FileKey of) {
        StoredFile file = now(shelf().findComplete(of));
        byte[] all = new byte[(int) file.total()];
        for (int at = 0; at < all.length; ) {
            byte[] some = now(shelf().read(file, at, Math.min(30_000, all.length - at)));
            System.arraycopy(some, 0, all, at, some.length);
            at += some.length;
        }
        return all;
    }

    private static void assertRefused(Uni<?> work, ProblemCode code) {
        assertThatThrownBy(() -> now(work))
                .isInstanceOfSatisfying(
                        Refusal.class,
                        refusal -> assertThat(refusal.problem().code()).isEqualTo(code));
    }

    private static void assertGoesOnAt(long offset, Uni<?> work) {
        assertThatThrownBy(() -> now(work))
                .isInstanceOfSatisfying(
                        WrongOffset.class, wrong -> assertThat(wrong.offset()).isEqualTo(offset));
    }

    @Nested
    class An_upload {
        @Test
        void of_a_whole_is_complete_with_its_hash() {
            StoredFile sent = sendWhole(key, content);

            assertThat(sent).isEqualTo(new StoredFile(sent.number(), SIZE, SIZE, Optional.of(hash(content))));
            assertThat(now(shelf().find(key))).isEqualTo(sent);
            assertThat(read(key)).isEqualTo(content);
        }

        @Test
        void in_parts_of_any_size_comes_to_the_same() {
            int[] cuts = {0, 1, 2_000, 30_001, 99_999, SIZE};
            for (int i = 1; i < cuts.length; i++) {
                assertThat(send(cuts[i - 1], cuts[i]).received()).isEqualTo(cuts[i]);
            }

            assertThat(now(shelf().find(key)).hash()).contains(hash(content));
            assertThat(read(key)).isEqualTo(content);
        }

        @Test
        void of_nothing_is_a_file_too() {
            assertThat(sendWhole(key, new byte[0]).hash()).contains(hash(new byte[0]));
            assertThat(now(shelf().findComplete(key)).total()).isZero();
        }

        @Test
        void that_is_repeated_is_answered_the_same() {
            send(0, 40_000);
            StoredFile first = send(40_000, SIZE);

            assertThat(send(40_000, SIZE)).isEqualTo(first);
            assertThat(send(0, 40_000)).isEqualTo(first);
            assertThat(send(20_000, 60_000)).isEqualTo(first);
            assertThat(sendWhole(key, content)).isEqualTo(first);
        }

        @Test
        void of_a_part_that_came_before_is_answered_the_same_also_while_more_is_to_come() {
            send(0, 40_000);

            assertThat(send(0, 40_000).received()).isEqualTo(40_000);
            assertThat(send(10_000, 20_000).received()).isEqualTo(40_000);
        }

        @Test
        void of_another_content_under_the_same_id_is_refused_and_changes_nothing() {
            sendWhole(key, content);

            assertRefused(sending(key, whole(content), random(SIZE, 8)), ProblemCode.FILE_ID_REUSED);
            assertRefused(sending(key, whole(random(5, 8)), random(5, 8)), ProblemCode.FILE_ID_REUSED);
            assertThat(read(key)).isEqualTo(content);
        }

        @Test
        void at_a_wrong_offset_is_told_the_right_one() {
            assertGoesOnAt(0, sending(key, slice(10, 20, SIZE), new byte[10]));
            send(0, 40_000);

            assertGoesOnAt(40_000, sending(key, slice(40_001, 50_000, SIZE), new byte[9_999]));
            assertGoesOnAt(40_000, sending(key, slice(39_999, 50_000, SIZE), new byte[10_001]));
            send(40_000, SIZE);
            assertThat(read(key)).isEqualTo(content);
        }

        @Test
        void of_a_whole_takes_the_place_of_one_that_was_broken_off() {
            send(0, 40_000);
            byte[] other = random(500, 9);

            sendWhole(key, other);

            assertThat(read(key)).isEqualTo(other);
        }

        @Test
        void that_is_too_large_is_refused() {
            assertRefused(
                    shelf().begin(
                                    key,
                                    new FileSlice(0, 1_000_001, 1_000_001, true, Optional.empty(), Optional.empty())),
                    ProblemCode.TOO_LARGE);
        }

        @Test
        void finds_no_room_when_its_caller_has_as_much_as_may_be_kept_and_others_are_not_concerned() {
            for (int i = 0; i < 3; i++) {
                sendWhole(key("ada"), content);
            }

            assertRefused(sending(key, whole(new byte[1]), new byte[1]), ProblemCode.RATE_LIMITED);
            sendWhole(key("bob"), content);
        }

        @Test
        void counts_as_so_much_at_least_that_small_ones_are_bounded_in_number() {
            for (int i = 0; i < 4; i++) {
                sendWhole(key("ada"), new byte[] {1});
            }

            assertRefused(sending(key, whole(new byte[1]), new byte[1]), ProblemCode.RATE_LIMITED);
        }

        @Test
        void begins_no_more_when_as_much_is_kept_as_may_be_and_goes_on_all_the_same() {
            send(0, 40_000);
            FileShelf full = shelf();
            full.counted(10_000_000);

            assertRefused(full.begin(key("bob"), whole(content)), ProblemCode.QUEUE_FULL);
            assertThat(now(full.begin(key, slice(40_000, SIZE, SIZE)))).isNotNull();
        }
    }

    @Nested
    class A_hash {
        private FileSlice promising(FileSlice slice, byte[] ofSlice, byte[] ofWhole) {
            return new FileSlice(
                    slice.from(),
                    slice.length(),
                    slice.total(),
                    slice.anew(),
                    Optional.of(hash(ofSlice)),
                    Optional.of(hash(ofWhole)));
        }

        @Test
        void that_is_right_is_accepted() {
            assertThat(now(sending(key, promising(whole(content), content, content), content))
                            .isComplete())
                    .isTrue();
        }

        @Test
        void of_a_part_that_is_wrong_takes_back_that_part_with_all_its_pieces() {
            send(0, 40_000);
            byte[] rest = Arrays.copyOfRange(content, 40_000, SIZE);
            FileSlice promised = promising(slice(40_000, SIZE, SIZE), rest, content);
            byte[] broken = rest.clone();
            broken[5] ^= 1;

            assertRefused(
                    shelf().begin(key, promised)
                            .flatMap(upload -> upload.take(Arrays.copyOf(broken, 1_000))
                                    .flatMap(_ -> upload.end(Arrays.copyOfRange(broken, 1_000, broken.length)))),
                    ProblemCode.DIGEST_MISMATCH);
            assertThat(now(shelf().find(key)).received()).isEqualTo(40_000);
            assertThat(now(sending(key, promised, rest)).isComplete()).isTrue();
            assertThat(read(key)).isEqualTo(content);
        }

        @Test
        void of_the_whole_that_is_wrong_takes_back_everything() {
            send(0, 40_000);
            byte[] rest = Arrays.copyOfRange(content, 40_000, SIZE);

            assertRefused(
                    sending(key, promising(slice(40_000, SIZE, SIZE), rest, rest), rest), ProblemCode.DIGEST_MISMATCH);
            assertThat(now(shelf().find(key)).received()).isZero();
            send(0, SIZE);
            assertThat(read(key)).isEqualTo(content);
        }

        @Test
        void of_a_repeated_part_is_compared_with_what_comes() {
            sendWhole(key, content);

            assertRefused(
                    sending(key, promising(whole(content), random(3, 3), content), content),
                    ProblemCode.DIGEST_MISMATCH);
        }
    }

    @Nested
    class Two_at_once {
        @Test
        void that_send_the_same_file_do_not_mix() {
            byte[] other = random(SIZE, 11);
            FileUpload one = now(shelf().begin(key, slice(0, SIZE, SIZE)));
            FileUpload two = now(shelf().begin(key, slice(0, SIZE, SIZE)));

            now(one.take(Arrays.copyOf(content, 30_000)));
            assertGoesOnAt(30_000, two.take(Arrays.copyOf(other, 20_000)));
            now(one.end(Arrays.copyOfRange(content, 30_000, SIZE)));

            assertThat(read(key)).isEqualTo(content);
        }

        @Test
        void of_which_the_second_begins_anew_leave_the_second() {
            byte[] other = random(SIZE, 11);
            FileUpload one = now(shelf().begin(key, whole(content)));
            now(one.take(Arrays.copyOf(content, 30_000)));
            FileUpload two = now(shelf().begin(key, whole(other)));

            now(two.take(Arrays.copyOf(other, 20_000)));
            assertGoesOnAt(20_000, one.take(Arrays.copyOfRange(content, 30_000, 60_000)));
            now(two.end(Arrays.copyOfRange(other, 20_000, SIZE)));

            assertThat(read(key)).isEqualTo(other);
        }

        @Test
        void or_many_end_with_one_of_their_contents() {
            List<byte[]> all = new ArrayList<>();
            List<Uni<Boolean>> uploads = new ArrayList<>();
            for (int i = 0; i < 12; i++) {
                byte[] own = random(60_000, 20 + i);
                all.add(own);
                uploads.add(shelf().begin(key, whole(own))
                        .flatMap(upload -> upload.take(Arrays.copyOf(own, 30_000))
                                .flatMap(_ -> upload.end(Arrays.copyOfRange(own, 30_000, own.length))))
                        .map(_ -> true)
                        .onFailure(failure -> failure instanceof WrongOffset
                                || (failure instanceof Refusal refusal
                                        && refusal.problem().code() == ProblemCode.FILE_ID_REUSED))
                        .recoverWithItem(false));
            }

            List<Boolean> ends = now(Uni.join().all(uploads).andFailFast());

            assertThat(ends).containsOnlyOnce(true);
            assertThat(read(key)).isEqualTo(all.get(ends.indexOf(true)));
        }
    }

    @Nested
    class A_file {
        @Test
        void is_its_callers_alone() {
            sendWhole(key, content);

            assertRefused(shelf().find(new FileKey("bob", key.file())), ProblemCode.NO_SUCH_FILE);
            sendWhole(new FileKey("bob", key.file()), random(10, 1));
            assertThat(read(key)).isEqualTo(content);
        }

        @Test
        void that_is_not_complete_is_found_but_not_to_be_had() {
            send(0, 40_000);

            assertThat(now(shelf().find(key)).received()).isEqualTo(40_000);
            assertRefused(shelf().findComplete(key), ProblemCode.NO_SUCH_FILE);
        }

        @Test
        void is_pinned_when_it_is_complete_and_its_callers_own() {
            FileKey incomplete = new FileKey("ada", new FileId(UUID.randomUUID()));
            FileKey others = key("bob");
            sendWhole(key, new byte[] {1});
            now(shelf().begin(incomplete, slice(0, 2, 2)));
            sendWhole(others, new byte[] {2});

            assertThat(now(contents()
                            .pin(
                                    new BatchKey("ada", new BatchId(UUID.randomUUID())),
                                    List.of(
                                            new FileUse(key.file(), 0),
                                            new FileUse(key.file(), 2),
                                            new FileUse(incomplete.file(), 1),
                                            new FileUse(others.file(), 3),
                                            new FileUse(new FileId(UUID.randomUUID()), 4)))))
                    .containsExactly(key.file());
        }
    }
}
