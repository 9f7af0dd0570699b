package dev.tidegate.outage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidegate.model.LaneId;
import dev.tidegate.model.StoreName;
import dev.tidegate.ops.embedded.EmbeddedPostgres;
import dev.tidegate.testing.GatewayProcess;
import dev.tidegate.testing.Postmaster;
import dev.tidegate.testing.Until;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The claim of the whole: what was answered {@code 202} is applied exactly once, in its client's order, whatever is killed
 * and whenever. Judged by triggers of the test's own on the demo's tables. {@code -Dcrash.seed=…} repeats a run (the moments
 * of the kills excepted, which the machine has a say in).
 */
class CrashIT {
    private static final int CLIENTS = 6;
    private static final int KILLS = 5;
    private static final int ROUNDS = 6;
    private static final Duration SETTLE = Duration.ofSeconds(60);
    private static final String QUEUED = "SELECT count(*) FROM tidegate_queue.part WHERE state = 'queued'";

    private static final String GATEWAYS = " FROM pg_stat_activity WHERE application_name = 'tidegate'";

    private final long seed = Long.getLong("crash.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final long begun = System.nanoTime();

    /** Embedded PostgreSQL goes down with the gateway; every other time it gets a SIGKILL of its own. */
    @Test
    void nothing_is_lost_doubled_or_reordered_when_the_gateway_is_killed_with_its_database(
            @TempDir Path directory, @TempDir Path journals) throws Exception {
        Map<String, String> configuration = Map.of("tidegate.embedded.directory", directory.toString());
        long queued = 0;
        long unnoted = 0;
        try (GatewayProcess gateway = new GatewayProcess("embedded", configuration);
                BatchCalls calls = new BatchCalls(gateway)) {
            gateway.start();
            List<String> customers = prepare(connect(directory, "field"));
            try (Crowd crowd = Crowd.atWork(new Crowd.Plan(CLIENTS, Habits.ALONE, seed), calls, customers, journals)) {
                for (int kill = 0; kill < KILLS; kill++) {
                    long postmaster = Postmaster.pid(directory);
                    try (Connection field = connect(directory, "field");
                            Connection queue = connect(directory, "tidegate")) {
                        awaitWork(field);
                        queued += awaitQueued(queue);
                        holdBackSettlement(queue);
                        gateway.kill();
                        endOf(postmaster, kill % 2 == 1);
                    }
                    unnoted += committedButNotNoted(directory);
                    gateway.start();
                }
                crowd.finish();
                new Answers(crowd.clients, calls).awaitSettled(SETTLE);
                try (Connection field = connect(directory, "field");
                        Connection queue = connect(directory, "tidegate")) {
                    judge(crowd, calls, new Evidence(field, queue));
                }
                assertThat(unnoted).as("lanes committed but not noted").isPositive();
                report("embedded", KILLS + " kills", queued, unnoted, crowd);
            }
        }
    }

    /** Two gateways on one pair of databases; they, sessions and the whole server are killed in turn. */
    @Test
    void nor_when_replicas_share_the_lanes_and_sessions_and_the_server_crash(
            @TempDir Path directory, @TempDir Path journals) throws Exception {
        long queued = 0;
        try (EmbeddedPostgres server = EmbeddedPostgres.start(directory)) {
            server.ensureDatabase("tidegate");
            server.ensureDatabase("field");
            try (GatewayProcess one = new GatewayProcess("one", OneServer.configuration(server));
                    GatewayProcess two = new GatewayProcess("two", OneServer.configuration(server));
                    BatchCalls calls = new BatchCalls(one, two)) {
                one.start();
                two.start();
                List<String> customers = prepare(server.connect("field"));
                try (Crowd crowd =
                        Crowd.atWork(new Crowd.Plan(CLIENTS, Habits.ALONE, seed), calls, customers, journals)) {
                    for (int round = 0; round < ROUNDS; round++) {
                        try (Connection field = recovered(server, "field");
                                Connection queue = recovered(server, "tidegate")) {
                            awaitWork(field);
                            queued += awaitQueued(queue);
                            disturb(round, queue, one, two);
                        }
                    }
                    crowd.finish();
                    new Answers(crowd.clients, calls).awaitSettled(SETTLE);
                    try (Connection field = server.connect("field");
                            Connection queue = server.connect("tidegate")) {
                        judge(crowd, calls, new Evidence(field, queue));
                    }
                    report(
                            "replicas",
                            "4 kills of a gateway, 1 stop in order, 1 end of all sessions, 1 crash of the server",
                            queued,
                            0,
                            crowd);
                }
            }
        }
    }

    private static void disturb(int round, Connection queue, GatewayProcess one, GatewayProcess two)
            throws SQLException {
        switch (round) {
            case 0, 4 -> {
                one.kill();
                one.start();
            }
            case 1 -> FieldStore.column(queue, "SELECT pg_terminate_backend(pid)" + GATEWAYS);
            case 2 -> {
                two.stop();
                two.start();
            }
            // The server takes this for a crash: all sessions end, and it recovers from its log.
            case 3 ->
                ProcessHandle.of(FieldStore.number(queue, "SELECT min(pid)" + GATEWAYS + " AND datname = 'field'"))
                        .ifPresent(ProcessHandle::destroyForcibly);
            default -> {
                one.kill();
                two.kill();
                one.start();
                two.start();
            }
        }
    }

    private static List<String> prepare(Connection opened) throws SQLException {
        try (Connection field = opened) {
            FieldStore.installWitness(field);
            return FieldStore.column(field, "SELECT id FROM field_service.customer ORDER BY id LIMIT 5");
        }
    }

    /** Something was applied since the last kill, and then some time has gone by. */
    private void awaitWork(Connection field) throws SQLException {
        String count = "SELECT count(*) FROM public.witness";
        long before = FieldStore.number(field, count);
        Until.holds("something applied", SETTLE, () -> FieldStore.number(field, count) > before);
        Until.pause(Duration.ofMillis(random.nextInt(1_500)));
    }

    /**
     * Until this connection ends nothing is noted in the queue any more, so that workers go as far as the commit in the store
     * and no further: the moment at which only the claim stands between a batch and its second application.
     */
    private static void holdBackSettlement(Connection queue) throws SQLException {
        queue.setAutoCommit(false);
        FieldStore.run(queue, "LOCK TABLE tidegate_queue.part IN EXCLUSIVE MODE");
        Until.pause(Duration.ofMillis(500));
    }

    /** A kill that interrupts nothing shows nothing. */
    private static long awaitQueued(Connection queue) {
        long[] found = {0};
        Until.holds("batches queued", Duration.ofSeconds(30), () -> {
            found[0] = FieldStore.number(queue, QUEUED);
            return found[0] > 0;
        });
        return found[0];
    }

    private static void judge(Crowd crowd, BatchCalls calls, Evidence evidence)
            throws IOException, InterruptedException, SQLException {
        assertThat(evidence.faults(crowd.clients)).isEmpty();
        Answers answers = new Answers(crowd.clients, calls);
        answers.requireOutcomes(1);
        answers.requireErrors();
    }

    /** Lanes that are further in the store than the queue knows: those that only the claim saves from being applied twice. */
    private static long committedButNotNoted(Path directory) throws SQLException {
        try (EmbeddedPostgres server = EmbeddedPostgres.start(directory);
                Connection queue = server.connect("tidegate");
                Connection field = server.connect("field")) {
            Map<String, Long> noted =
                    FieldStore.positions(queue, "SELECT lane, settled_position FROM tidegate_queue.lane");
            Map<String, Long> notedInField = new HashMap<>();
            noted.forEach((lane, position) -> notedInField.put(
                    new LaneId(UUID.fromString(lane)).in(new StoreName("field")).toString(), position));
            return FieldStore.positions(field, "SELECT lane, position FROM tidegate.lane").entrySet().stream()
                    .filter(lane -> lane.getValue() > notedInField.getOrDefault(lane.getKey(), 0L))
                    .count();
        }
    }

    private static Connection recovered(EmbeddedPostgres server, String database) {
        AtomicReference<Connection> opened = new AtomicReference<>();
        Until.holds("a connection to " + database, Duration.ofSeconds(20), () -> {
            opened.set(server.connect(database));
            return true;
        });
        return opened.get();
    }

    private static Connection connect(Path directory, String database) throws SQLException, IOException {
        List<String> lines = Files.readAllLines(directory.resolve("data/postmaster.pid"));
        return DriverManager.getConnection(
                "jdbc:postgresql://127.0.0.1:" + lines.get(3).strip() + "/" + database,
                "tidegate",
                Files.readString(directory.resolve("password")).strip());
    }

    private static void endOf(long postmaster, boolean hard) {
        ProcessHandle.of(postmaster).ifPresent(server -> {
            if (hard) {
                server.destroyForcibly();
            }
            server.onExit().join();
        });
    }

    private void report(String what, String kills, long queued, long unnoted, Crowd crowd) {
        System.out.println("CrashIT " + what + ", seed " + seed + ": " + kills + "; queued at the kills " + queued
                + ", lanes committed but not noted " + unnoted + "; " + crowd.summary() + "; "
                + Duration.ofNanos(System.nanoTime() - begun).toSeconds() + " s");
        assertThat(queued).isPositive();
    }
}
