package dev.tidegate.policy;

import dev.tidegate.model.Sha256;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A hash of a request's content that is the same for equal JSON: the order of keys and the spelling of numbers do not count.
 * Values are written so that different ones differ: each with its kind, and its length where that is not fixed. Hashed
 * strings have to be hashed before, so that nothing can be guessed from it.
 */
public final class ContentDigest {
    private final MessageDigest digest = Sha256.begin();

    /** The names and values of a change, without its place in a batch. */
    public ContentDigest change(ChangeText change) {
        return text(change.kind().name())
                .text(change.entity())
                .optional(change.id())
                .optional(change.baseVersion())
                .value(change.attributes())
                .value(change.associations());
    }

    /** A JSON value as the JDK has it. */
    public ContentDigest value(@Nullable Object value) {
        switch (value) {
            case null -> tag('0');
            case Boolean truth -> tag(truth ? 't' : 'f');
            case String text -> text(text);
            case Number number -> number(number);
            case List<?> list -> list(list);
            case Map<?, ?> map -> map(map);
            default -> throw new IllegalArgumentException("no JSON value: " + value.getClass());
        }
        return this;
    }

    public ContentDigest optional(Optional<String> text) {
        text.ifPresentOrElse(this::text, () -> tag('0'));
        return this;
    }

    public ContentDigest text(String text) {
        // UTF-16 units, so that also what is no text (half a surrogate pair) counts as it came.
        ByteBuffer units = ByteBuffer.allocate(text.length() * 2);
        for (int i = 0; i < text.length(); i++) {
            units.putChar(text.charAt(i));
        }
        tag('s');
        length(text.length());
        digest.update(units.flip());
        return this;
    }

    /** Ends it. */
    public byte[] hash() {
        return digest.digest();
    }

    private void number(Number number) {
        BigDecimal value = new BigDecimal(number.toString()).stripTrailingZeros();
        tag('n');
        text(value.unscaledValue().toString());
        length(value.signum() == 0 ? 0 : value.scale());
    }

    private void list(List<?> list) {
        tag('l');
        length(list.size());
        list.forEach(this::value);
    }

    private void map(Map<?, ?> map) {
        tag('m');
        length(map.size());
        Map<String, @Nullable Object> sorted = new TreeMap<>();
        map.forEach((key, value) -> sorted.put(String.valueOf(key), value));
        sorted.forEach((key, value) -> text(key).value(value));
    }

    private void tag(char kind) {
        digest.update((byte) kind);
    }

    private void length(int length) {
        digest.update(ByteBuffer.allocate(4).putInt(length).array());
    }
}
