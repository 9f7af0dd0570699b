package dev.tidegate.read;

import dev.tidegate.seal.Seal;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Cursors of pages as text, sealed with what they were issued for. What stands in one, its reader has been shown or could ask for. */
public final class Cursors {
    private static final byte VERSION = 1;

    private final Seal seal;

    public Cursors(Seal seal) {
        this.seal = seal;
    }

    /** Where a page ended: the texts of the last object's sort keys (null where empty) and of its id. */
    record Position(List<@Nullable String> keys, String id) {
        List<Boolean> filled() {
            return keys.stream().map(key -> key != null).toList();
        }
    }

    /** {@code context} is what the cursor stands for. */
    String seal(byte[] context, Position position) {
        return seal.seal(context, written(position));
    }

    /** Empty for whatever was not sealed for this context, with {@code keys} keys. */
    Optional<Position> open(byte[] context, String cursor, int keys) {
        return seal.open(context, cursor).flatMap(body -> read(body, keys));
    }

    private static byte[] written(Position position) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeByte(VERSION);
            for (String key : position.keys()) {
                out.writeBoolean(key != null);
                if (key != null) {
                    text(out, key);
                }
            }
            text(out, position.id());
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return bytes.toByteArray();
    }

    private static void text(DataOutputStream out, String text) throws IOException {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        out.writeInt(utf8.length);
        out.write(utf8);
    }

    private static Optional<Position> read(byte[] body, int keys) {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(body))) {
            if (in.readByte() != VERSION) {
                return Optional.empty();
            }
            List<@Nullable String> texts = new ArrayList<>();
            for (int i = 0; i < keys; i++) {
                texts.add(in.readBoolean() ? text(in) : null);
            }
            Position position = new Position(texts, text(in));
            return in.available() == 0 ? Optional.of(position) : Optional.empty();
        } catch (IOException otherShape) {
            return Optional.empty();
        }
    }

    private static String text(DataInputStream in) throws IOException {
        int length = in.readInt();
        if (length < 0 || length > in.available()) {
            throw new IOException("a length beyond the end");
        }
        return new String(in.readNBytes(length), StandardCharsets.UTF_8);
    }
}
