package dev.tidegate.read;

import dev.tidegate.seal.Seal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Whatever the bytes: a cursor opens to what a reader of the test's own sees in it, and only with the right signature for the
 * right context; what was opened is sealed and opened again as the same. Nothing else, and no exception.
 */
public final class CursorFuzz {
    private static final byte[] SECRET = bytes("a secret of the test's own");
    private static final byte[] CONTEXT = bytes("this query");
    private static final int SIGNATURE = 16;
    private static final int MOST_KEYS = 4;
    private static final Cursors CURSORS = new Cursors(new Seal(SECRET));
    private static final Mac MAC = mac();

    private CursorFuzz() {}

    /** The first byte says what the others are, and how many keys are wanted. */
    public static void check(byte[] input) {
        if (input.length == 0) {
            return;
        }
        byte[] rest = Arrays.copyOfRange(input, 1, input.length);
        int keys = (input[0] >> 2 & 0x3F) % (MOST_KEYS + 1);
        switch (input[0] & 3) {
            case 0 -> anyText(new String(rest, StandardCharsets.UTF_8), keys);
            case 1 -> changed(rest, keys);
            case 2 -> signed(rest, keys);
            default -> elsewhere(rest);
        }
    }

    private static void anyText(String text, int keys) {
        Optional<Cursors.Position> seen = decoded(text)
                .filter(cursor -> cursor.length >= SIGNATURE)
                .filter(cursor -> Arrays.equals(
                        Arrays.copyOf(cursor, SIGNATURE),
                        signature(CONTEXT, Arrays.copyOfRange(cursor, SIGNATURE, cursor.length))))
                .flatMap(cursor -> read(Arrays.copyOfRange(cursor, SIGNATURE, cursor.length), keys));
        require(CURSORS.open(CONTEXT, text, keys).equals(seen), "text that opens otherwise");
    }

    /** Two bytes each: where a true cursor is changed, and how. */
    private static void changed(byte[] changes, int keys) {
        List<@Nullable String> texts = new ArrayList<>();
        for (int i = 0; i < keys; i++) {
            texts.add(i % 2 == 0 ? "key " + i : null);
        }
        Cursors.Position position = new Cursors.Position(texts, "42");
        byte[] whole = Base64.getUrlDecoder().decode(CURSORS.seal(CONTEXT, position));
        byte[] other = whole.clone();
        for (int i = 0; i + 1 < changes.length; i += 2) {
            other[(changes[i] & 0xFF) % other.length] ^= changes[i + 1];
        }
        Optional<Cursors.Position> opened = CURSORS.open(CONTEXT, text(other), keys);
        require(
                opened.equals(Arrays.equals(whole, other) ? Optional.of(position) : Optional.empty()),
                "a changed cursor that opens");
    }

    /** Bytes that nobody sealed, with the signature that they would have. */
    private static void signed(byte[] body, int keys) {
        byte[] cursor = Arrays.copyOf(signature(CONTEXT, body), SIGNATURE + body.length);
        System.arraycopy(body, 0, cursor, SIGNATURE, body.length);
        Optional<Cursors.Position> opened = CURSORS.open(CONTEXT, text(cursor), keys);
        require(opened.equals(read(body, keys)), "a body that is read otherwise");
        opened.ifPresent(position -> require(
                CURSORS.open(CONTEXT, CURSORS.seal(CONTEXT, position), keys).equals(opened),
                "a position that is another one when it is sealed again"));
    }

    /** A cursor of one context in another, and where the one ends and the cursor begins. */
    private static void elsewhere(byte[] bytes) {
        int cut = bytes.length == 0 ? 0 : (bytes[0] & 0xFF) % (bytes.length + 1);
        byte[] one = Arrays.copyOf(bytes, cut);
        byte[] two = Arrays.copyOfRange(bytes, cut, bytes.length);
        Cursors.Position position = new Cursors.Position(List.of("a"), "1");
        String cursor = CURSORS.seal(one, position);
        require(
                CURSORS.open(two, cursor, 1).equals(Arrays.equals(one, two) ? Optional.of(position) : Optional.empty()),
                "a cursor that opens for something else");
        require(
                CURSORS.open(one, cursor, 1).equals(Optional.of(position)),
                "a cursor that does not open for what it was sealed for");
    }

    /** As the format is: a version, then for each key whether it has a text, and the texts by their lengths, the id's last. */
    private static Optional<Cursors.Position> read(byte[] body, int keys) {
        ByteBuffer in = ByteBuffer.wrap(body);
        if (!in.hasRemaining() || in.get() != 1) {
            return Optional.empty();
        }
        List<@Nullable String> texts = new ArrayList<>();
        for (int i = 0; i <= keys; i++) {
            boolean filled = i == keys || (in.hasRemaining() && in.get() != 0);
            Optional<String> text = filled ? readText(in) : Optional.empty();
            if (filled && text.isEmpty()) {
                return Optional.empty();
            }
            if (!filled && in.position() == body.length) {
                return Optional.empty();
            }
            texts.add(text.orElse(null));
        }
        String id = Objects.requireNonNull(texts.removeLast());
        return in.hasRemaining() ? Optional.empty() : Optional.of(new Cursors.Position(texts, id));
    }

    private static Optional<String> readText(ByteBuffer in) {
        if (in.remaining() < Integer.BYTES) {
            return Optional.empty();
        }
        int length = in.getInt();
        if (length < 0 || length > in.remaining()) {
            return Optional.empty();
        }
        byte[] text = new byte[length];
        in.get(text);
        return Optional.of(new String(text, StandardCharsets.UTF_8));
    }

    private static Optional<byte[]> decoded(String text) {
        try {
            return Optional.of(Base64.getUrlDecoder().decode(bytes(text)));
        } catch (IllegalArgumentException rubbish) {
            return Optional.empty();
        }
    }

    private static byte[] signature(byte[] context, byte[] body) {
        MAC.update(ByteBuffer.allocate(Integer.BYTES).putInt(context.length).array());
        MAC.update(context);
        return Arrays.copyOf(MAC.doFinal(body), SIGNATURE);
    }

    private static Mac mac() {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(SECRET, "HmacSHA256"));
            return mac;
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static String text(byte[] cursor) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(cursor);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new AssertionError(otherwise);
        }
    }
}
