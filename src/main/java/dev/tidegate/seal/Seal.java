package dev.tidegate.seal;

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

/**
 * Signs tokens (HMAC-SHA-256, 128 bits of it) together with what they are issued for, so that one opens for nothing else and nobody
 * can make one. It does not encrypt: what stands in a token, its holder has been shown or could ask for.
 */
public final class Seal {
    private static final int SIGNATURE = 16;
    private static final String ALGORITHM = "HmacSHA256";

    /** The first one signs, all of them open. They are copied for each use. */
    private volatile List<Mac> signers;

    /** A secret that all replicas of a gateway have, or one until that is known ({@link #share}). */
    public Seal(byte[] secret) {
        this.signers = List.of(signer(secret));
    }

    /** From now on this secret signs; what the earlier one has signed still opens. */
    public void share(byte[] secret) {
        List<Mac> known = new ArrayList<>();
        known.add(signer(secret));
        known.addAll(signers);
        signers = List.copyOf(known);
    }

    /** The body as a token of URL-safe characters; {@code context} is what it stands for. */
    public String seal(byte[] context, byte[] body) {
        byte[] signature = signature(signers.getFirst(), context, body);
        byte[] token = Arrays.copyOf(signature, SIGNATURE + body.length);
        System.arraycopy(body, 0, token, SIGNATURE, body.length);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(token);
    }

    /** The body of what was sealed for this context; empty for anything else. */
    public Optional<byte[]> open(byte[] context, String token) {
        byte[] bytes;
        try {
            bytes = Base64.getUrlDecoder().decode(token.getBytes(StandardCharsets.UTF_8));
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
        return ours ? Optional.of(body) : Optional.empty();
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
