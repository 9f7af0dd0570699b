package dev.tidegate.bench;

import dev.tidegate.model.Model;
import dev.tidegate.model.ModelReader;
import dev.tidegate.model.StoreName;
import dev.tidegate.ops.Demo;
import dev.tidegate.ops.DemoStore;
import dev.tidegate.ops.embedded.EmbeddedPostgres;
import dev.tidegate.policy.Rulebook;
import dev.tidegate.policy.WatchRules;
import dev.tidegate.store.ChangeLogs;
import dev.tidegate.store.PostgresUri;
import dev.tidegate.store.PreparedStores;
import dev.tidegate.store.StoreAccess;
import dev.tidegate.store.StorePools;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the change log costs those who write to a store past the gateway: the same statements with the log's triggers on and off,
 * in turns, on a durable PostgreSQL. The table is the demo's customers: uuid key, six columns, of which rules read none.
 */
public final class ChangeLogBenchmark {
    private static final StoreName FIELD = new StoreName("field");
    private static final int ROUNDS = Integer.getInteger("bench.rounds", 3);
    private static final int SINGLE = 1_000;
    private static final int BULK = 20_000;
    private static final String TABLE = "field_service.customer";

    private enum Work {
        ONE_INSERT("insert of one row, committed", SINGLE),
        ONE_UPDATE("update of one row, committed", SINGLE),
        BULK_INSERT("insert of " + BULK + " rows", 1),
        BULK_UPDATE("update of " + BULK + " rows", 1),
        BULK_DELETE("delete of " + BULK + " rows", 1);

        private final String label;
        private final int times;

        Work(String label, int times) {
            this.label = label;
            this.times = times;
        }
    }

    private ChangeLogBenchmark() {}

    public static void main(String... arguments) throws IOException, SQLException {
        Path folder = Files.createTempDirectory("tidegate-bench");
        try (EmbeddedPostgres server = EmbeddedPostgres.start(folder)) {
            server.ensureDatabase("field");
            String url = server.url("field");
            try (Connection connection =
                    DriverManager.getConnection("jdbc:" + url, server.username(), server.password())) {
                DemoStore.FIELD.install(connection);
                install(new StoreAccess(
                        PostgresUri.parse(url),
                        server.username(),
                        server.password(),
                        new StoreAccess.PoolShape(
                                2, 2, 1, Duration.ofSeconds(5), Duration.ofMinutes(5), Optional.empty())));
                report(measure(connection));
            }
        }
    }

    private static void install(StoreAccess access) {
        Model model = ModelReader.read(Demo.model()).model().orElseThrow();
        Vertx vertx = Vertx.vertx();
        try (StorePools pools = StorePools.open(vertx, Map.of(FIELD, access), Duration.ofSeconds(5))) {
            ChangeLogs logs = new ChangeLogs(
                    model, WatchRules.watched(Rulebook.of(model)), pools::pool, new PreparedStores(model, pools::pool));
            ChangeLogs.Look look = logs.keep(FIELD).await().atMost(Duration.ofMinutes(1));
            if (!look.wanting().isEmpty()) {
                throw new IllegalStateException(look.toString());
            }
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().join();
        }
    }

    private static Map<Work, List<double[]>> measure(Connection connection) throws SQLException {
        Map<Work, List<double[]>> all = new EnumMap<>(Work.class);
        for (int round = -1; round < ROUNDS; round++) {
            Map<Work, Double> without = round(connection, false);
            Map<Work, Double> with = round(connection, true);
            if (round >= 0) {
                for (Work work : Work.values()) {
                    all.computeIfAbsent(work, _ -> new ArrayList<>())
                            .add(new double[] {without.getOrDefault(work, 0.0), with.getOrDefault(work, 0.0)});
                }
            }
        }
        return all;
    }

    private static Map<Work, Double> round(Connection connection, boolean logged) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String event : List.of("insert", "update", "delete", "truncate")) {
                statement.execute("ALTER TABLE " + TABLE + (logged ? " ENABLE ALWAYS" : " DISABLE")
                        + " TRIGGER tidegate_log_" + event);
            }
            statement.execute("DELETE FROM " + TABLE + " WHERE name = 'bench'");
            statement.execute("VACUUM " + TABLE);
            statement.execute("CHECKPOINT");
        }
        Map<Work, Double> millis = new EnumMap<>(Work.class);
        for (Work work : Work.values()) {
            long start = System.nanoTime();
            run(connection, work);
            millis.put(work, (System.nanoTime() - start) / 1e6 / work.times);
        }
        return millis;
    }

    private static void run(Connection connection, Work work) throws SQLException {
        switch (work) {
            case ONE_INSERT ->
                repeat(
                        connection,
                        work,
                        "INSERT INTO " + TABLE + " (id, name, city) VALUES (md5(?::text)::uuid, 'bench', 'Lyon')");
            case ONE_UPDATE ->
                repeat(connection, work, "UPDATE " + TABLE + " SET city = 'Bern' WHERE id = md5(?::text)::uuid");
            case BULK_INSERT ->
                repeat(
                        connection,
                        work,
                        "INSERT INTO " + TABLE + " (id, name, city) SELECT gen_random_uuid(), 'bench', 'Lyon' "
                                + "FROM generate_series(1, " + BULK + " + 0 * ?)");
            case BULK_UPDATE ->
                repeat(
                        connection,
                        work,
                        "UPDATE " + TABLE + " SET city = 'Basel' WHERE name = 'bench' AND city = 'Lyon' AND ? >= 0");
            case BULK_DELETE ->
                repeat(
                        connection,
                        work,
                        "DELETE FROM " + TABLE + " WHERE name = 'bench' AND city = 'Basel' AND ? >= 0");
        }
    }

    private static void repeat(Connection connection, Work work, String sql) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < work.times; i++) {
                statement.setInt(1, i);
                if (statement.executeUpdate() == 0) {
                    throw new IllegalStateException(work + " changed nothing");
                }
            }
        }
    }

    private static void report(Map<Work, List<double[]>> all) {
        System.out.printf("%-36s %12s %12s %8s%n", "", "without (ms)", "with (ms)", "ratio");
        all.forEach((work, rounds) -> {
            double[] middle = rounds.stream()
                    .sorted((one, other) -> Double.compare(one[1] / one[0], other[1] / other[0]))
                    .toList()
                    .get(rounds.size() / 2);
            System.out.printf("%-36s %12.3f %12.3f %8.2f%n", work.label, middle[0], middle[1], middle[1] / middle[0]);
        });
    }
}
