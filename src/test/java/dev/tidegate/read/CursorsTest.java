package dev.tidegate.read;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidegate.seal.Seal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class CursorsTest {
    private static final byte[] CONTEXT = bytes("this query");
    private final Seal seal = new Seal(bytes("a secret"));
    private final Cursors cursors = new Cursors(seal);

    @Test
    void what_is_sealed_comes_out_as_it_was() {
        Random random = new Random(7);
        for (int i = 0; i < 1_000; i++) {
            List<@Nullable String> keys = new ArrayList<>();
            for (int k = random.nextInt(5); k > 0; k--) {
                keys.add(random.nextInt(4) == 0 ? null : text(random));
            }
            Cursors.Position position = new Cursors.Position(keys, text(random));
            String cursor = cursors.seal(CONTEXT, position);
            assertThat(cursor).matches("[A-Za-z0-9_-]+");
            assertThat(cursors.open(CONTEXT, cursor, keys.size())).contains(position);
            assertThat(cursors.open(CONTEXT, cursor, keys.size() + 1)).isEmpty();
        }
    }

    @Test
    void it_opens_for_nothing_else() {
        String cursor = cursors.seal(CONTEXT, new Cursors.Position(List.of("a"), "1"));
        assertThat(cursors.open(bytes("that query"), cursor, 1)).isEmpty();
        assertThat(new Cursors(new Seal(bytes("another secret"))).open(CONTEXT, cursor, 1))
                .isEmpty();
    }

    @Test
    void every_bit_of_it_counts() {
        byte[] whole = Base64.getUrlDecoder().decode(cursors.seal(CONTEXT, new Cursors.Position(List.of("a"), "1")));
        for (int bit = 0; bit < whole.length * 8; bit++) {
            byte[] other = whole.clone();
            other[bit / 8] ^= (byte) (1 << (bit % 8));
            assertThat(open(other)).as("bit " + bit).isEmpty();
        }
        for (int length = 0; length < whole.length; length++) {
            assertThat(open(Arrays.copyOf(whole, length)))
                    .as("length " + length)
                    .isEmpty();
        }
        assertThat(open(Arrays.copyOf(whole, whole.length + 1))).isEmpty();
    }

    @Test
    void rubbish_is_no_cursor() {
        Random random = new Random(11);
        for (String text : List.of("", "=", "%", "é", "😀", "a b", "null", "A".repeat(100_000))) {
            assertThat(cursors.open(CONTEXT, text, 1)).isEmpty();
        }
        for (int i = 0; i < 20_000; i++) {
            byte[] rubbish = new byte[random.nextInt(80)];
            random.nextBytes(rubbish);
            assertThat(open(rubbish)).isEmpty();
            assertThat(cursors.open(CONTEXT, new String(rubbish, StandardCharsets.ISO_8859_1), 1))
                    .isEmpty();
        }
    }

    @Test
    void a_shared_secret_takes_over_and_what_was_signed_before_still_opens() {
        String before = cursors.seal(CONTEXT, new Cursors.Position(List.of(), "1"));
        seal.share(bytes("everybody's"));
        String then = cursors.seal(CONTEXT, new Cursors.Position(List.of(), "1"));
        assertThat(cursors.open(CONTEXT, before, 0)).isPresent();
        assertThat(new Cursors(new Seal(bytes("everybody's"))).open(CONTEXT, then, 0))
                .isPresent();
        assertThat(new Cursors(new Seal(bytes("everybody's"))).open(CONTEXT, before, 0))
                .isEmpty();
    }

    private Optional<Cursors.Position> open(byte[] cursor) {
        return cursors.open(CONTEXT, Base64.getUrlEncoder().withoutPadding().encodeToString(cursor), 1);
    }

    private static String text(Random random) {
        return random.ints(random.nextInt(20), 1, 0x10FFFF)
                .filter(point -> point < 0xD800 || point > 0xDFFF)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
