package dev.tidegate.bench;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import io.vertx.core.AbstractVerticle;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The other side of the comparison: questions about stock levels, answered by Vert.x and the PostgreSQL client with the
 * SQL and the JSON of the gateway, and nothing else. No rules, no caller, no errors. What it does is the floor.
 */
public final class HandWritten extends AbstractVerticle {
    private static final JsonFactory JSON =
            new JsonFactoryBuilder().rootValueSeparator((String) null).build();
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'");
    private static final String SELECT = """
            SELECT t0."id"::uuid, t0."row_version"::text, t0."quantity"::int4, t0."weight"::numeric,
                   t0."counted_at"::timestamptz, t0."part_number"::text, t0."site_id"::uuid, t0."work_order_id"::uuid
            FROM "field_service"."stock_level" t0
            """;
    private static final String BY_ID = SELECT + "WHERE t0.\"id\" = $1::uuid\nORDER BY t0.\"id\"";
    private static final String PAGE = SELECT + "ORDER BY t0.\"id\"\nLIMIT $1::int8 OFFSET $2::int8";

    private static final String EXPORT = SELECT + "ORDER BY t0.\"id\"";

    private final PgConnectOptions database;
    private final int port;
    private final int connections;
    private @Nullable SqlClient client;
    private @Nullable Pool pool;

    private HandWritten(PgConnectOptions database, int port, int connections) {
        this.database = database;
        this.port = port;
        this.connections = connections;
    }

    /** Arguments: port, URI of the database with user and password, connections in all, event loops. */
    @SuppressWarnings("FutureReturnValueIgnored") // the process is the deployment
    public static void main(String[] arguments) {
        PgConnectOptions database = PgConnectOptions.fromUri(arguments[1])
                .setCachePreparedStatements(true)
                .setPipeliningLimit(16)
                .addProperty("TimeZone", "UTC");
        int loops = Integer.parseInt(arguments[3]);
        int each = Math.max(1, Integer.parseInt(arguments[2]) / loops);
        Vertx.vertx()
                .deployVerticle(
                        () -> new HandWritten(database, Integer.parseInt(arguments[0]), each),
                        new DeploymentOptions().setInstances(loops));
    }

    @Override
    public void start(Promise<Void> started) {
        client = PgBuilder.client()
                .with(new PoolOptions().setMaxSize(connections))
                .connectingTo(database)
                .using(vertx)
                .build();
        pool = PgBuilder.pool()
                .with(new PoolOptions().setMaxSize(1))
                .connectingTo(database)
                .using(vertx)
                .build();
        vertx.createHttpServer()
                .requestHandler(this::handle)
                .listen(port, "127.0.0.1")
                .<Void>mapEmpty()
                .onComplete(started);
    }

    private void handle(HttpServerRequest request) {
        String path = Objects.requireNonNull(request.path());
        if ("application/x-ndjson".equals(request.getHeader("Accept"))) {
            HandWrittenExport.start(
                    Objects.requireNonNull(pool),
                    EXPORT,
                    request.response(),
                    rows -> Buffer.buffer(written(rows, HandWritten::lines)));
        } else if (path.endsWith("FieldService.StockLevel")) {
            Tuple window = Tuple.of(Long.parseLong(request.getParam("limit")), 0L);
            ask(request, PAGE, window, HandWritten::page);
        } else {
            UUID id = UUID.fromString(path.substring(path.lastIndexOf('/') + 1));
            ask(request, BY_ID, Tuple.of(id), HandWritten::object);
        }
    }

    private void ask(HttpServerRequest request, String sql, Tuple binds, Answer answer) {
        if (client == null) {
            throw new IllegalStateException("not started");
        }
        client.preparedQuery(sql)
                .execute(binds)
                .onSuccess(rows -> request.response()
                        .putHeader("Content-Type", "application/json")
                        .putHeader("Cache-Control", "private, no-store")
                        .end(Buffer.buffer(written(rows, answer))))
                .onFailure(failure -> request.response().setStatusCode(500).end());
    }

    private static byte[] written(RowSet<Row> rows, Answer answer) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(512);
        try (JsonGenerator json = JSON.createGenerator(out)) {
            answer.write(json, rows);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return out.toByteArray();
    }

    private static void object(JsonGenerator json, RowSet<Row> rows) throws IOException {
        write(json, rows.iterator().next());
    }

    private static void page(JsonGenerator json, RowSet<Row> rows) throws IOException {
        json.writeStartObject();
        json.writeArrayFieldStart("objects");
        for (Row row : rows) {
            write(json, row);
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    private static void lines(JsonGenerator json, RowSet<Row> rows) throws IOException {
        for (Row row : rows) {
            write(json, row);
            json.writeRaw('\n');
        }
    }

    private static void write(JsonGenerator json, Row row) throws IOException {
        json.writeStartObject();
        json.writeStringField("id", row.getUUID(0).toString());
        json.writeStringField("entity", "FieldService.StockLevel");
        json.writeStringField("version", row.getString(1));
        json.writeObjectFieldStart("attributes");
        json.writeNumberField("Quantity", row.getInteger(2));
        BigDecimal weight = row.getBigDecimal(3);
        json.writeStringField("Weight", weight == null ? null : weight.toPlainString());
        OffsetDateTime counted = row.getOffsetDateTime(4);
        json.writeStringField(
                "CountedAt", counted == null ? null : TIME.format(counted.withOffsetSameInstant(ZoneOffset.UTC)));
        json.writeEndObject();
        json.writeObjectFieldStart("associations");
        json.writeStringField("FieldService.StockLevel_Part", row.getString(5));
        UUID site = row.getUUID(6);
        json.writeStringField("FieldService.StockLevel_Site", site == null ? null : site.toString());
        UUID order = row.getUUID(7);
        json.writeStringField("FieldService.StockLevel_WorkOrder", order == null ? null : order.toString());
        json.writeEndObject();
        json.writeEndObject();
    }

    private interface Answer {
        void write(JsonGenerator json, RowSet<Row> rows) throws IOException;
    }
}
