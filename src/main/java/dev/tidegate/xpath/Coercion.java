package dev.tidegate.xpath;

import dev.tidegate.model.ValueType;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/** How a text or a number that was written becomes a value of the type that it is compared with; empty where it cannot. */
public final class Coercion {
    private static final BigDecimal THOUSAND = new BigDecimal(1000);
    private static final BigDecimal FIRST =
            new BigDecimal(Instant.parse("0000-01-01T00:00:00Z").toEpochMilli());
    private static final BigDecimal LAST =
            new BigDecimal(Instant.parse("9999-12-31T23:59:59.999Z").toEpochMilli());

    private Coercion() {}

    /** Of a string, for any type but a moment. */
    static Optional<Object> fromText(ValueType type, String text) {
        return switch (type) {
            case TEXT, BOOLEAN, UUID, BINARY, DATETIME -> type.read(text);
            case INT32, INT64, DECIMAL -> fromNumber(type, text);
        };
    }

    /** Of a number in plain digits; a moment is seconds since 1970. */
    public static Optional<Object> fromNumber(ValueType type, String digits) {
        return switch (type) {
            case INT32, INT64 -> type.read(withoutZeroFraction(digits));
            case DECIMAL -> type.read(digits);
            case DATETIME -> epoch(digits);
            case TEXT, BOOLEAN, UUID, BINARY -> Optional.empty();
        };
    }

    /** ISO 8601 with an offset, or without one (a date alone is its midnight) and then in the session's zone. */
    public static Optional<Value> moment(String text) {
        Optional<Object> exact = ValueType.DATETIME.read(text);
        if (exact.isPresent()) {
            return Optional.of(new Value.Constant(ValueType.DATETIME, exact.get()));
        }
        try {
            LocalDateTime local = text.indexOf('T') > 0
                    ? LocalDateTime.parse(text)
                    : LocalDate.parse(text).atStartOfDay();
            return local.getYear() >= 0 && local.getYear() <= 9999
                    ? Optional.of(new Value.LocalMoment(local.truncatedTo(ChronoUnit.MILLIS)))
                    : Optional.empty();
        } catch (DateTimeException unreadable) {
            return Optional.empty();
        }
    }

    private static String withoutZeroFraction(String digits) {
        int point = digits.indexOf('.');
        return point > 0 && digits.substring(point + 1).matches("0+") ? digits.substring(0, point) : digits;
    }

    private static Optional<Object> epoch(String seconds) {
        return ValueType.DECIMAL
                .read(seconds)
                .map(value -> ((BigDecimal) value).multiply(THOUSAND))
                .filter(millis -> millis.compareTo(FIRST) >= 0 && millis.compareTo(LAST) <= 0)
                .map(millis -> Instant.ofEpochMilli(millis.longValue()));
    }
}
