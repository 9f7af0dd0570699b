package dev.tidegate.store;

import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import io.vertx.sqlclient.data.Numeric;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collector;
import org.jspecify.annotations.Nullable;

/** Values as the client of PostgreSQL has them, and as the gateway has them ({@link dev.tidegate.model.ValueType}). */
final class PgValues {
    /** A row becomes values as it arrives, on the event loop that asked. */
    static final Collector<Row, List<@Nullable Object[]>, List<@Nullable Object[]>> ROWS = Collector.of(
            ArrayList::new,
            (rows, row) -> rows.add(row(row)),
            (some, more) -> {
                some.addAll(more);
                return some;
            },
            Collector.Characteristics.IDENTITY_FINISH);

    private static final int LAST_YEAR = 9999;

    private PgValues() {}

    static Tuple tuple(@Nullable Object[] binds) {
        @Nullable Object[] values = new @Nullable Object[binds.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = toStore(binds[i]);
        }
        return Tuple.wrap(values);
    }

    static @Nullable Object[] row(Row row) {
        @Nullable Object[] values = new @Nullable Object[row.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = fromStore(row.getValue(i));
        }
        return values;
    }

    private static @Nullable Object toStore(@Nullable Object value) {
        return switch (value) {
            case Instant instant -> instant.atOffset(ZoneOffset.UTC);
            case byte[] bytes -> Buffer.buffer(bytes);
            case null, default -> value;
        };
    }

    private static @Nullable Object fromStore(@Nullable Object value) {
        return switch (value) {
            case OffsetDateTime time -> instant(time);
            case LocalDateTime time -> instant(time.atOffset(ZoneOffset.UTC));
            case Numeric number -> decimal(number);
            case Buffer buffer -> buffer.getBytes();
            case null, default -> value;
        };
    }

    /** What has no text in RFC 3339, as PostgreSQL's infinity, reads as empty. */
    private static @Nullable Instant instant(OffsetDateTime time) {
        return time.getYear() >= 0 && time.getYear() <= LAST_YEAR
                ? time.toInstant().truncatedTo(ChronoUnit.MILLIS)
                : null;
    }

    /** What is not a number is no decimal either: it reads as empty. */
    private static @Nullable BigDecimal decimal(Numeric number) {
        return number.isNaN() ? null : number.bigDecimalValue();
    }
}
