package dev.tidegate.ops;

import dev.tidegate.observation.RequestTrail;
import io.quarkus.logging.LoggingFilter;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.logging.Filter;
import java.util.logging.LogRecord;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jboss.logmanager.ExtLogRecord;

/**
 * Lets every line through, and gives those that are written while a request is worked on what is known of it: {@code requestId},
 * {@code traceId}, {@code caller}, {@code clientId}, {@code batchId}. Nothing is done before there is a line. The caller's name is
 * hashed under a key of this process, which is kept nowhere.
 */
@LoggingFilter(name = "trail")
public final class TrailFilter implements Filter {
    private static final String HASH = "HmacSHA256";
    private static final int SHOWN_BYTES = 8;

    private final SecretKeySpec key = key();
    private final Supplier<Optional<RequestTrail>> current;

    /** Looks at the request of the thread that writes the line. */
    public TrailFilter() {
        this(Trails::current);
    }

    TrailFilter(Supplier<Optional<RequestTrail>> current) {
        this.current = current;
    }

    private static SecretKeySpec key() {
        byte[] secret = new byte[32];
        new SecureRandom().nextBytes(secret);
        return new SecretKeySpec(secret, HASH);
    }

    @Override
    public boolean isLoggable(LogRecord line) {
        if (line instanceof ExtLogRecord record) {
            current.get().ifPresent(trail -> note(record, trail));
        }
        return true;
    }

    private void note(ExtLogRecord line, RequestTrail trail) {
        line.putMdc("requestId", trail.request());
        trail.trace().ifPresent(id -> line.putMdc("traceId", id));
        trail.caller().ifPresent(name -> line.putMdc("caller", hash(name)));
        trail.client().ifPresent(id -> line.putMdc("clientId", id));
        trail.batch().ifPresent(id -> line.putMdc("batchId", id));
    }

    private String hash(String name) {
        try {
            Mac mac = Mac.getInstance(HASH);
            mac.init(key);
            return HexFormat.of().formatHex(mac.doFinal(name.getBytes(StandardCharsets.UTF_8)), 0, SHOWN_BYTES);
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
