package dev.tidegate.upload;

import dev.tidegate.model.AttributeType;
import dev.tidegate.model.Model;
import dev.tidegate.policy.ChangeText;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Puts a hash in place of every value of a {@code hashed-string}, before anything is written anywhere: the queue, the errors
 * and the stores never see the plain text.
 *
 * <p>Format: {@code $pbkdf2-sha256$i=210000$<salt>$<hash>}, both base64 without padding, 16 and 32 bytes (PBKDF2 with
 * HMAC-SHA-256 over the UTF-8 text). The salt is derived from caller, batch, operation and member, so that a repeated
 * batch has equal content; it need be unique, not secret. What is not a string is dropped, not hashed: it will be refused.
 */
final class HashedStrings {
    private static final int ITERATIONS = 210_000;
    private static final String FORMAT = "$pbkdf2-sha256$i=" + ITERATIONS + "$";

    private final Model model;

    HashedStrings(Model model) {
        this.model = model;
    }

    boolean areIn(ChangeText operation) {
        return operation.attributes().keySet().stream().anyMatch(member -> isHashed(operation, member));
    }

    BatchText hash(String caller, BatchText batch) {
        return batch.with(batch.operations().stream()
                .map(operation -> areIn(operation) ? hash(caller, batch, operation) : operation)
                .toList());
    }

    private ChangeText hash(String caller, BatchText batch, ChangeText operation) {
        Map<String, @Nullable Object> attributes = new LinkedHashMap<>(operation.attributes());
        attributes.replaceAll((member, value) -> isHashed(operation, member)
                ? hashed(caller + "|" + batch.id() + operation.pointer() + "/" + member, value)
                : value);
        return new ChangeText(
                operation.kind(),
                operation.entity(),
                operation.id(),
                operation.baseVersion(),
                attributes,
                operation.associations(),
                operation.pointer());
    }

    private static @Nullable Object hashed(String where, @Nullable Object value) {
        return value instanceof String plain ? pbkdf2(where, plain) : value == null ? null : false;
    }

    private static String pbkdf2(String where, String plain) {
        byte[] salt = Arrays.copyOf(LaneId.sha256().digest(where.getBytes(StandardCharsets.UTF_8)), 16);
        PBEKeySpec spec = new PBEKeySpec(plain.toCharArray(), salt, ITERATIONS, 256);
        try {
            byte[] hash = SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
                    .generateSecret(spec)
                    .getEncoded();
            Base64.Encoder base64 = Base64.getEncoder().withoutPadding();
            return FORMAT + base64.encodeToString(salt) + "$" + base64.encodeToString(hash);
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every JDK has PBKDF2WithHmacSHA256", impossible);
        } finally {
            spec.clearPassword();
        }
    }

    private boolean isHashed(ChangeText operation, String member) {
        return model.entityNamed(operation.entity())
                .flatMap(entity -> model.attribute(entity, member))
                .filter(declared -> declared.attribute().type() == AttributeType.HASHED_STRING)
                .isPresent();
    }
}
