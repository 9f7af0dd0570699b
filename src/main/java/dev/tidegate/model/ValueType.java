package dev.tidegate.model;

import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.Collection;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a value is, once read. Each has one JDK class that carries it everywhere inside the gateway: {@code TEXT} String,
 * {@code INT32} Integer, {@code INT64} Long, {@code DECIMAL} BigDecimal, {@code BOOLEAN} Boolean, {@code DATETIME} Instant
 * (milliseconds), {@code BINARY} byte[], {@code UUID} java.util.UUID.
 *
 * <p>The text forms are those of the contract: plain decimal digits, RFC 3339 in UTC with milliseconds, lower-case UUIDs,
 * base64. What cannot be stored (NUL, half of a surrogate pair) is not text.
 */
public enum ValueType {
    TEXT,
    INT32,
    INT64,
    DECIMAL,
    BOOLEAN,
    DATETIME,
    BINARY,
    UUID;

    private static final Pattern WHOLE = Pattern.compile("-?[0-9]{1,19}");
    private static final Pattern PLAIN_DECIMAL = Pattern.compile("-?[0-9]{1,500}(\\.[0-9]{1,500})?");
    private static final Pattern UUID_TEXT =
            Pattern.compile("[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}");
    /** The value that a text in the contract's form stands for; empty when it is none of this type. */
    public Optional<Object> read(String text) {
        return switch (this) {
            case TEXT -> isStorable(text) ? Optional.of(text) : Optional.empty();
            case INT32 -> whole(text).filter(n -> n == n.intValue()).map(Long::intValue);
            case INT64 -> whole(text).map(n -> n);
            case DECIMAL ->
                PLAIN_DECIMAL.matcher(text).matches() ? Optional.of(new BigDecimal(text)) : Optional.empty();
            case BOOLEAN ->
                switch (text) {
                    case "true" -> Optional.of(true);
                    case "false" -> Optional.of(false);
                    default -> Optional.empty();
                };
            case DATETIME -> instant(text);
            case BINARY -> base64(text);
            case UUID ->
                UUID_TEXT.matcher(text).matches() ? Optional.of(java.util.UUID.fromString(text)) : Optional.empty();
        };
    }

    /**
     * The value of a JSON scalar as the contract writes this type: JSON's own numbers and booleans for {@code INT32} and
     * {@code BOOLEAN}, strings for all others. Empty for any other JSON type, {@code null} included.
     *
     * @param json String, Boolean or a Number of the JDK, as a JSON parser gives them
     */
    public Optional<Object> readJson(@Nullable Object json) {
        return switch (this) {
            case INT32 -> json instanceof Integer n ? Optional.of(n) : Optional.empty();
            case BOOLEAN -> json instanceof Boolean b ? Optional.of(b) : Optional.empty();
            case TEXT, INT64, DECIMAL, DATETIME, BINARY, UUID ->
                json instanceof String text ? read(text) : Optional.empty();
        };
    }

    /** The text form of a value of this type, as it stands in JSON strings, URLs and cursors. */
    public String print(Object value) {
        return switch (this) {
            case TEXT, INT32, INT64, BOOLEAN, UUID -> value.toString();
            case DECIMAL -> ((BigDecimal) value).toPlainString();
            case DATETIME -> InstantText.of((Instant) value);
            case BINARY -> Base64.getEncoder().encodeToString((byte[]) value);
        };
    }

    /** Values of this type in an array of their JDK class. */
    public @Nullable Object[] array(Collection<? extends @Nullable Object> values) {
        return switch (this) {
            case TEXT -> values.toArray(String[]::new);
            case INT32 -> values.toArray(Integer[]::new);
            case INT64 -> values.toArray(Long[]::new);
            case DECIMAL -> values.toArray(BigDecimal[]::new);
            case BOOLEAN -> values.toArray(Boolean[]::new);
            case DATETIME -> values.toArray(Instant[]::new);
            case BINARY -> values.toArray(byte[][]::new);
            case UUID -> values.toArray(java.util.UUID[]::new);
        };
    }

    private static Optional<Long> whole(String text) {
        if (!WHOLE.matcher(text).matches()) {
            return Optional.empty();
        }
        try {
            return Optional.of(Long.parseLong(text));
        } catch (NumberFormatException outOfRange) {
            return Optional.empty();
        }
    }

    private static Optional<Object> instant(String text) {
        try {
            Instant instant = OffsetDateTime.parse(text).toInstant().truncatedTo(ChronoUnit.MILLIS);
            int year = instant.atOffset(ZoneOffset.UTC).getYear();
            return year >= 0 && year <= 9999 ? Optional.of(instant) : Optional.empty();
        } catch (DateTimeException unreadable) {
            return Optional.empty();
        }
    }

    private static Optional<Object> base64(String text) {
        try {
            return Optional.of(Base64.getDecoder().decode(text));
        } catch (IllegalArgumentException unreadable) {
            return Optional.empty();
        }
    }

    private static boolean isStorable(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == 0 || Character.isLowSurrogate(c)) {
                return false;
            }
            if (Character.isHighSurrogate(c)) {
                i++;
                if (i == text.length() || !Character.isLowSurrogate(text.charAt(i))) {
                    return false;
                }
            }
        }
        return true;
    }
}
