package dev.tidegate.store;

import dev.tidegate.model.ValueType;
import dev.tidegate.sql.SqlStatement;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import io.vertx.sqlclient.data.Numeric;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** Values of the gateway as the PostgreSQL client takes and gives them. */
final class ChangeValues {
    private ChangeValues() {}

    static Uni<RowSet<Row>> run(SqlConnection connection, SqlStatement statement) {
        return connection.preparedQuery(statement.text()).execute(tuple(statement.values()));
    }

    static Tuple tuple(List<@Nullable Object> values) {
        List<@Nullable Object> bound = new ArrayList<>(values.size());
        values.forEach(value -> bound.add(bind(value)));
        return Tuple.from(bound);
    }

    private static @Nullable Object bind(@Nullable Object value) {
        return switch (value) {
            case Instant instant -> OffsetDateTime.ofInstant(instant, ZoneOffset.UTC);
            case byte[] bytes -> Buffer.buffer(bytes);
            case Instant[] instants -> all(instants, OffsetDateTime[]::new);
            case byte[][] all -> all(all, Buffer[]::new);
            case null, default -> value;
        };
    }

    private static <T> Object all(@Nullable Object[] values, IntFunction<T[]> array) {
        return Arrays.stream(values).map(ChangeValues::bind).toArray(array);
    }

    /** The value of a column that was cast to the SQL type of {@code type}. */
    static @Nullable Object read(Row row, int column, ValueType type) {
        return switch (type) {
            case TEXT -> row.getString(column);
            case INT32 -> row.getInteger(column);
            case INT64 -> row.getLong(column);
            case DECIMAL -> decimal(row.getValue(column));
            case BOOLEAN -> row.getBoolean(column);
            case DATETIME -> instant(row.getOffsetDateTime(column));
            case BINARY -> bytes(row.get(Buffer.class, column));
            case UUID -> row.getUUID(column);
        };
    }

    /** What is not a number is no decimal either: it reads as empty. */
    private static @Nullable BigDecimal decimal(@Nullable Object value) {
        return value instanceof Numeric number && !number.isNaN() ? number.bigDecimalValue() : null;
    }

    private static @Nullable Instant instant(@Nullable OffsetDateTime time) {
        return time == null ? null : time.toInstant().truncatedTo(ChronoUnit.MILLIS);
    }

    private static byte @Nullable [] bytes(@Nullable Buffer buffer) {
        return buffer == null ? null : buffer.getBytes();
    }
}
