package dev.tidegate.download;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ReceiptMarkTest {
    static Stream<ReceiptMark> marks() {
        return Stream.of(
                ReceiptMark.NONE,
                new ReceiptMark(1, List.of()),
                new ReceiptMark(127, List.of(129L)),
                new ReceiptMark(128, List.of(130L, 131L, 132L, 140L, 142L, 143L)),
                new ReceiptMark(300, LongStream.range(302, 9_000).boxed().toList()),
                new ReceiptMark(Long.MAX_VALUE - 5, List.of(Long.MAX_VALUE - 3, Long.MAX_VALUE - 2)));
    }

    @ParameterizedTest
    @MethodSource("marks")
    void what_is_written_is_read(ReceiptMark mark) throws IOException {
        assertThat(read(written(mark))).isEqualTo(mark);
    }

    @Test
    void it_covers_what_its_receipt_covered() {
        ReceiptMark mark = new ReceiptMark(4, List.of(6L, 9L));

        assertThat(LongStream.rangeClosed(1, 10).filter(mark::covers)).containsExactly(1L, 2L, 3L, 4L, 6L, 9L);
    }

    @Test
    void it_stays_short_and_forgets_the_last_rather_than_claim_too_much() throws IOException {
        ReceiptMark long_ = new ReceiptMark(
                7, LongStream.range(0, 3_000).map(n -> 9 + 2 * n).boxed().toList());

        byte[] bytes = written(long_);

        assertThat(bytes).hasSizeLessThan(410);
        assertThat(read(bytes)).isEqualTo(new ReceiptMark(7, long_.settled().subList(0, 200)));
    }

    @Test
    void a_long_run_takes_four_bytes() throws IOException {
        ReceiptMark mark = new ReceiptMark(7, LongStream.range(9, 9_000).boxed().toList());

        assertThat(written(mark)).hasSize(5);
    }

    @Test
    void bytes_that_no_mark_is_written_as_are_refused_or_read_as_one() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = new byte[random.nextInt(24)];
            random.nextBytes(bytes);
            try {
                assertThat(read(bytes).settled().size())
                        .as("seed %d", seed)
                        .isLessThanOrEqualTo(ReceiptMark.MOST_SETTLED);
            } catch (IOException refused) {
                assertThat(refused).as("seed %d", seed).isNotNull();
            }
        }
    }

    @Test
    void positions_that_do_not_ascend_are_no_mark() {
        assertThatThrownBy(() -> new ReceiptMark(5, List.of(5L))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new ReceiptMark(5, List.of(8L, 7L))).isInstanceOf(IllegalArgumentException.class);
    }

    private static byte[] written(ReceiptMark mark) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        mark.write(new DataOutputStream(out));
        return out.toByteArray();
    }

    private static ReceiptMark read(byte[] bytes) throws IOException {
        return ReceiptMark.read(new DataInputStream(new ByteArrayInputStream(bytes)));
    }
}
