package dev.tidegate.bench;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.sqlclient.Cursor;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import java.util.function.Function;

/** All stock levels as lines, as one would write it by hand: a cursor, 512 rows to a buffer, no faster than the client reads. */
final class HandWrittenExport {
    private static final int ROWS = 512;

    private final SqlConnection connection;
    private final Cursor cursor;
    private final HttpServerResponse response;
    private final Function<RowSet<Row>, Buffer> lines;
    private long count;

    private HandWrittenExport(
            SqlConnection connection, Cursor cursor, HttpServerResponse response, Function<RowSet<Row>, Buffer> lines) {
        this.connection = connection;
        this.cursor = cursor;
        this.response = response;
        this.lines = lines;
    }

    static void start(Pool pool, String sql, HttpServerResponse response, Function<RowSet<Row>, Buffer> lines) {
        response.setChunked(true).putHeader("Content-Type", "application/x-ndjson");
        pool.getConnection()
                .compose(connection -> connection
                        .query("BEGIN READ ONLY")
                        .execute()
                        .compose(_ -> connection.prepare(sql))
                        .map(prepared -> new HandWrittenExport(connection, prepared.cursor(), response, lines)))
                .onSuccess(HandWrittenExport::read)
                .onFailure(_ -> response.reset());
    }

    private void read() {
        cursor.read(ROWS).onSuccess(this::write).onFailure(_ -> response.reset());
    }

    private void write(RowSet<Row> rows) {
        count += rows.size();
        response.write(lines.apply(rows));
        if (!cursor.hasMore()) {
            connection.query("COMMIT").execute().eventually(() -> connection.close());
            response.end("{\"end\":{\"count\":" + count + "}}\n");
        } else if (response.writeQueueFull()) {
            response.drainHandler(_ -> read());
        } else {
            read();
        }
    }
}
