package dev.tidegate.api;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Optional;

/**
 * Callers whose credentials were right a moment ago, so that they are not judged anew at each request. Credentials are not
 * kept, only a digest under a secret of this process; wrong ones are never remembered. Who is let in no longer is noticed
 * after {@link #FRESH} at the latest, and credentials that end by themselves are judged anew from then on.
 */
@Singleton
final class SeenCredentials {
    static final Duration FRESH = Duration.ofSeconds(5);
    private static final int MOST = 10_000;

    private final byte[] secret = new byte[32];
    private final Cache<String, Signed> seen = Caffeine.newBuilder()
            .maximumSize(MOST)
            .expireAfterWrite(FRESH)
            .executor(Runnable::run)
            .build();

    SeenCredentials() {
        new SecureRandom().nextBytes(secret);
    }

    Optional<Signed> find(String key) {
        return Optional.ofNullable(seen.getIfPresent(key))
                .filter(signed -> Instant.now().isBefore(signed.until()));
    }

    void keep(String key, Signed caller) {
        seen.put(key, caller);
    }

    /** What stands for an {@code Authorization} header, in a model of this version: other roles may count in another one. */
    String key(String authorization, String version) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(secret);
            return HexFormat.of().formatHex(digest.digest(authorization.getBytes(StandardCharsets.UTF_8))) + version;
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
