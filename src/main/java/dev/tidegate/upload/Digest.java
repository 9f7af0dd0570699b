package dev.tidegate.upload;

import dev.tidegate.model.ProfileName;
import dev.tidegate.policy.ChangeText;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A hash of a batch's content that is the same for equal JSON: the order of keys and the spelling of numbers do not count,
 * the order of operations does. Taken after hashed strings were hashed, so that nothing can be guessed from it.
 */
public record Digest(String hex) {

    static Digest of(ProfileName profile, BatchText batch) {
        Canonical content = new Canonical();
        content.text(profile.value());
        content.text(batch.client().toString());
        content.optional(batch.after().map(BatchId::toString));
        content.optional(batch.modelVersion());
        content.text(batch.scope().key());
        content.value(batch.atomic());
        for (ChangeText operation : batch.operations()) {
            content.text(operation.kind().name());
            content.text(operation.entity());
            content.optional(operation.id());
            content.optional(operation.baseVersion());
            content.value(operation.attributes());
            content.value(operation.associations());
        }
        return new Digest(content.hash());
    }

    /** Values written so that different ones differ: each with its kind, and its length where that is not fixed. */
    private static final class Canonical {
        private final MessageDigest digest = LaneId.sha256();

        void value(@Nullable Object value) {
            switch (value) {
                case null -> tag('0');
                case Boolean truth -> tag(truth ? 't' : 'f');
                case String text -> text(text);
                case Number number -> number(number);
                case List<?> list -> list(list);
                case Map<?, ?> map -> map(map);
                default -> throw new IllegalArgumentException("no JSON value: " + value.getClass());
            }
        }

        void optional(Optional<String> text) {
            text.ifPresentOrElse(this::text, () -> tag('0'));
        }

        void text(String text) {
            // UTF-16 units, so that also what is no text (half a surrogate pair) counts as it came.
            ByteBuffer units = ByteBuffer.allocate(text.length() * 2);
            text.chars().forEach(unit -> units.putChar((char) unit));
            tag('s');
            length(text.length());
            digest.update(units.flip());
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
            sorted.forEach((key, value) -> {
                text(key);
                value(value);
            });
        }

        private void tag(char kind) {
            digest.update((byte) kind);
        }

        private void length(int length) {
            digest.update(ByteBuffer.allocate(4).putInt(length).array());
        }

        String hash() {
            return HexFormat.of().formatHex(digest.digest());
        }
    }
}
