package dev.tidegate.read;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Cursors of pages as text. A cursor is signed (HMAC-SHA-256, 128 bits of it) together with what it was issued for, so that
 * it opens for nothing else and nobody can make one. It is not encrypted: what stands in it, its reader has been shown or
 * could ask for.
 */
public final class Cursors {
    private static final byte VERSION = 1;
    private static final int SIGNATURE = 16;
    private static final String ALGORITHM = "HmacSHA256";

    /** The first one signs, all of them open. They are copied for each use. */
    private volatile List<Mac> signers;

    /** A secret that all replicas of a gateway have, or one until that is known ({@link #share}). */
    public Cursors(byte[] secret) {
        this.signers = List.of(signer(secret));
    }

    /** From now on this secret signs; what the earlier one has signed still opens. */
    public void share(byte[] secret) {
        List<Mac> known = new ArrayList<>();
        known.add(signer(secret));
        known.addAll(signers);
        signers = List.copyOf(known);
    }

    /** Where a page ended: the texts of the last object's sort keys (null where empty) and of its id. */
    record Position(List<@Nullable String> keys, String id) {
        List<Boolean> filled() {
            return keys.stream().map(key -> key != null).toList();
        }
    }

    /** {@code context} is what the cursor stands for. */
    String seal(byte[] context, Position position) {
        byte[] body = written(position);
        byte[] signature = signature(signers.getFirst(), context, body);
        byte[] cursor = Arrays.copyOf(signature, SIGNATURE + body.length);
        System.arraycopy(body, 0, cursor, SIGNATURE, body.length);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(cursor);
    }

    /** Empty for whatever was not sealed for this context, with {@code keys} keys. */
    Optional<Position> open(byte[] context, String cursor, int keys) {
        byte[] bytes;
        try {
            bytes = Base64.getUrlDecoder().decode(cursor.getBytes(StandardCharsets.UTF_8));
        } catch (IllegalArgumentException rubbish) {
            return Optional.empty();
        }
        if (bytes.length < SIGNATURE) {
            return Optional.empty();
        }
        byte[] body = Arrays.copyOfRange(bytes, SIGNATURE, bytes.length);
        byte[] signature = Arrays.copyOf(bytes, SIGNATURE);
        boolean ours = signers.stream()
                .anyMatch(signer ->
                        MessageDigest.isEqual(signature, Arrays.copyOf(signature(signer, context, body), SIGNATURE)));
        return ours ? read(body, keys) : Optional.empty();
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

    private static Mac signer(byte[] secret) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(secret, ALGORITHM));
            return mac;
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every JDK has " + ALGORITHM, impossible);
        }
    }

    private static byte[] signature(Mac signer, byte[] context, byte[] body) {
        try {
            Mac mac = (Mac) signer.clone();
            mac.update(length(context));
            mac.update(context);
            return mac.doFinal(body);
        } catch (CloneNotSupportedException impossible) {
            throw new IllegalStateException("the JDK's " + ALGORITHM + " can be copied", impossible);
        }
    }

    /** Where the context ends and the body begins is signed too. */
    private static byte[] length(byte[] context) {
        return ByteBuffer.allocate(Integer.BYTES).putInt(context.length).array();
    }
}
