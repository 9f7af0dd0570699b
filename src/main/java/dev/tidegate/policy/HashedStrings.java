package dev.tidegate.policy;

import dev.tidegate.model.AttributeType;
import dev.tidegate.model.Change;
import dev.tidegate.model.MemberValue;
import dev.tidegate.model.Model;
import dev.tidegate.model.Sha256;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.BiPredicate;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Puts a hash in place of every value of a {@code hashed-string}, before anything is written anywhere: the queue, the errors
 * and the stores never see the plain text. Takes long by intent, so never on an event loop.
 *
 * <p>Format: {@code $pbkdf2-sha256$i=210000$<salt>$<hash>}, both base64 without padding, 16 and 32 bytes (PBKDF2 with
 * HMAC-SHA-256 over the UTF-8 text). The salt is derived from the place that the caller names and the member, so that a
 * repeated request has equal content; it need be unique, not secret. What is not a string is dropped, not hashed: it will
 * be refused.
 */
public final class HashedStrings {
    private static final int ITERATIONS = 210_000;
    private static final String FORMAT = "$pbkdf2-sha256$i=" + ITERATIONS + "$";

    private final Model model;

    public HashedStrings(Model model) {
        this.model = model;
    }

    public boolean areIn(ChangeText change) {
        return change.attributes().keySet().stream().anyMatch(member -> isHashed(change, member));
    }

    /** {@code place} is another for every change that somebody sends, and the same when it is sent again. */
    public ChangeText hash(ChangeText change, String place) {
        return hash(change, place, (_, _) -> false);
    }

    /** The same for a change of one that is hashed already: values that {@code isHash} knows are left as they are. */
    public ChangeText hash(ChangeText change, String place, BiPredicate<String, @Nullable Object> isHash) {
        return replaced(
                change, (member, value) -> isHash.test(member, value) ? value : hashed(place + "/" + member, value));
    }

    /** The change with an empty text for each value that {@code isHash} knows: its length says nothing. */
    public ChangeText withoutHashes(ChangeText change, BiPredicate<String, @Nullable Object> isHash) {
        return replaced(change, (member, value) -> isHash.test(member, value) ? "" : value);
    }

    private ChangeText replaced(ChangeText change, BiFunction<String, @Nullable Object, @Nullable Object> replacement) {
        Map<String, @Nullable Object> attributes = new LinkedHashMap<>(change.attributes());
        attributes.replaceAll((member, value) -> isHashed(change, member) ? replacement.apply(member, value) : value);
        return new ChangeText(
                change.kind(),
                change.entity(),
                change.id(),
                change.baseVersion(),
                attributes,
                change.associations(),
                change.pointer());
    }

    /** The change that was judged with its plain text, with the values of {@code hashed} instead. */
    public static Change replaced(Change change, ChangeText hashed) {
        return switch (change) {
            case Change.Create create ->
                new Change.Create(create.entity(), create.id(), replaced(create.members(), hashed));
            case Change.Update update ->
                new Change.Update(
                        update.entity(), update.id(), update.baseVersion(), replaced(update.members(), hashed));
            case Change.Delete delete -> delete;
        };
    }

    private static List<MemberValue> replaced(List<MemberValue> members, ChangeText hashed) {
        return members.stream()
                .map(member -> member instanceof MemberValue.OfAttribute(var declared, var value)
                                && value != null
                                && declared.attribute().type() == AttributeType.HASHED_STRING
                        ? new MemberValue.OfAttribute(
                                declared,
                                hashed.attributes().get(declared.attribute().name()))
                        : member)
                .toList();
    }

    private static @Nullable Object hashed(String where, @Nullable Object value) {
        return value instanceof String plain ? pbkdf2(where, plain) : value == null ? null : false;
    }

    private static String pbkdf2(String where, String plain) {
        byte[] salt = Arrays.copyOf(Sha256.of(where), 16);
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

    private boolean isHashed(ChangeText change, String member) {
        return model.entityNamed(change.entity())
                .flatMap(entity -> model.attribute(entity, member))
                .filter(declared -> declared.attribute().type() == AttributeType.HASHED_STRING)
                .isPresent();
    }
}
