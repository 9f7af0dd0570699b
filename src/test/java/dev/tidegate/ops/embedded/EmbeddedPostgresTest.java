package dev.tidegate.ops.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Each test has a folder of its own whose path holds a space. To unpack the programs and to make a data directory takes
 * seconds; only the tests about that begin with nothing, the others with a copy of what a first start has left.
 */
class EmbeddedPostgresTest {
    @TempDir
    static Path started;

    @TempDir
    Path temporary;

    private final List<AutoCloseable> open = new ArrayList<>();

    @BeforeAll
    static void startOnce() {
        EmbeddedPostgres.start(started.resolve("once")).close();
    }

    /** With all rights and links, as {@code Files.copy} has them not. */
    private void beginStarted() throws IOException, InterruptedException {
        Process copy = new ProcessBuilder("cp", "-a", started.resolve("once").toString(), folder().toString())
                .inheritIO()
                .start();
        assertThat(copy.waitFor()).isZero();
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : open.reversed()) {
            each.close();
        }
    }

    @Test
    void a_fresh_server_is_durable_in_utf8_and_on_loopback_only() throws SQLException {
        EmbeddedPostgres server = start();

        assertThat(value(server, "SHOW fsync")).isEqualTo("on");
        assertThat(value(server, "SHOW synchronous_commit")).isEqualTo("on");
        assertThat(value(server, "SHOW full_page_writes")).isEqualTo("on");
        assertThat(value(server, "SHOW listen_addresses")).isEqualTo("127.0.0.1");
        assertThat(value(server, "SHOW unix_socket_directories")).isEmpty();
        assertThat(value(server, "SHOW server_encoding")).isEqualTo("UTF8");
        assertThat(value(server, "SHOW log_timezone")).isEqualTo("UTC");
    }

    @Test
    void it_asks_for_the_generated_password_which_only_the_owner_can_read() throws Exception {
        beginStarted();
        EmbeddedPostgres server = start();

        assertThatThrownBy(() -> DriverManager.getConnection(server.jdbcUrl("postgres"), server.username(), "wrong"))
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("password authentication failed");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder().resolve("password"))))
                .isEqualTo("rw-------");
    }

    @Test
    void a_restart_keeps_the_rows_and_makes_databases_once() throws Exception {
        beginStarted();
        try (EmbeddedPostgres first = EmbeddedPostgres.start(folder())) {
            first.ensureDatabase("field");
            run(first, "CREATE TABLE kept (id int)", "INSERT INTO kept VALUES (7)");
        }

        EmbeddedPostgres second = start();
        second.ensureDatabase("field");

        assertThat(value(second, "SELECT id FROM kept")).isEqualTo("7");
        assertThat(value(second, "SELECT count(*) FROM pg_database WHERE datname = 'field'"))
                .isEqualTo("1");
    }

    @Test
    void a_second_gateway_on_the_folder_is_refused() throws Exception {
        beginStarted();
        start();

        assertThatThrownBy(this::start)
                .isInstanceOf(EmbeddedPostgresException.class)
                .hasMessageContaining("Another gateway uses the embedded database in " + folder())
                .hasMessageContaining("TIDEGATE_EMBEDDED_DIRECTORY");
    }

    @Test
    void a_gateway_that_is_killed_takes_the_server_with_it_and_loses_nothing() throws Exception {
        beginStarted();
        Process gateway = hold();
        long server;
        try (BufferedReader said = gateway.inputReader(StandardCharsets.UTF_8)) {
            assertThat(said.readLine()).isNotNull();
            server = serverPid();
            try (Connection connection = connect()) {
                execute(connection, "CREATE TABLE kept (id int)", "INSERT INTO kept VALUES (7)");
            }
        }

        gateway.destroyForcibly().waitFor();
        ProcessHandle.of(server).ifPresent(handle -> handle.onExit().join());
        EmbeddedPostgres again = start();

        assertThat(ProcessHandle.of(server)).isEmpty();
        assertThat(value(again, "SELECT id FROM kept")).isEqualTo("7");
    }

    @Test
    void a_server_that_is_killed_recovers_what_was_committed() throws Exception {
        beginStarted();
        EmbeddedPostgres first = start();
        run(first, "CREATE TABLE kept (id int)", "INSERT INTO kept VALUES (7)");
        ProcessHandle server = ProcessHandle.of(serverPid()).orElseThrow();

        server.destroyForcibly();
        server.onExit().get(10, TimeUnit.SECONDS);
        first.close();

        assertThat(value(start(), "SELECT id FROM kept")).isEqualTo("7");
    }

    @Test
    void a_start_waits_for_the_sessions_of_a_killed_server_to_end() throws Exception {
        beginStarted();
        EmbeddedPostgres first = start();
        Path log = folder().resolve("postgresql.log");
        try (Connection session = first.connect("postgres");
                Statement statement = session.createStatement();
                ResultSet found = statement.executeQuery("SELECT pg_backend_pid()")) {
            found.next();
            String backend = found.getString(1);
            signal("STOP", backend);
            ProcessHandle server = ProcessHandle.of(serverPid()).orElseThrow();
            server.destroyForcibly();
            server.onExit().get(10, TimeUnit.SECONDS);
            first.close();

            CompletableFuture<EmbeddedPostgres> second = CompletableFuture.supplyAsync(this::start);
            while (!second.isDone() && !Files.readString(log).contains("is still in use")) {
                Thread.onSpinWait();
            }
            signal("CONT", backend);

            assertThat(value(second.get(30, TimeUnit.SECONDS), "SELECT 7")).isEqualTo("7");
        }
    }

    private static void signal(String signal, String process) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + signal, process).start().waitFor();
    }

    @Test
    void a_server_left_over_is_stopped_before_the_start() throws Exception {
        beginStarted();
        Process leftOver = runServerWithoutGateway();

        EmbeddedPostgres second = start();

        assertThat(leftOver.waitFor(10, TimeUnit.SECONDS)).isTrue();
        assertThat(value(second, "SELECT 1")).isEqualTo("1");
    }

    @Test
    void a_break_off_while_the_data_directory_is_made_leaves_no_half_of_one() throws IOException {
        Files.createDirectories(folder().resolve("data.new").resolve("base"));

        assertThat(start().isAlive()).isTrue();
        assertThat(folder().resolve("data.new")).doesNotExist();
    }

    @Test
    void data_of_another_major_version_are_left_alone() throws Exception {
        beginStarted();
        Files.writeString(folder().resolve("data").resolve("PG_VERSION"), "12\n");

        assertThatThrownBy(this::start)
                .isInstanceOf(EmbeddedPostgresException.class)
                .hasMessageContaining("were made by PostgreSQL 12, this build carries 18");
    }

    private Path folder() {
        return temporary.resolve("a folder");
    }

    private EmbeddedPostgres start() {
        EmbeddedPostgres server = EmbeddedPostgres.start(folder());
        open.add(server);
        return server;
    }

    private Process hold() throws IOException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Holder.class.getName(),
                        folder().toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        open.add(process::destroyForcibly);
        return process;
    }

    private Process runServerWithoutGateway() throws IOException, InterruptedException {
        PostgresBinaries binaries = PostgresBinaries.unpackedIn(folder());
        Process process = new ProcessBuilder(Programs.command(
                        Programs.prefix(),
                        binaries.program("postgres").toString(),
                        "-D",
                        folder().resolve("data").toString(),
                        "-c",
                        "unix_socket_directories=",
                        "-c",
                        "listen_addresses=127.0.0.1",
                        "-p",
                        Integer.toString(Postmaster.freePort())))
                .redirectErrorStream(true)
                .start();
        open.add(process::destroyForcibly);
        try (BufferedReader log = process.inputReader(StandardCharsets.UTF_8)) {
            assertThat(log.lines().anyMatch(line -> line.contains("ready to accept connections")))
                    .isTrue();
        }
        return process;
    }

    private long serverPid() throws IOException {
        return Long.parseLong(Files.readAllLines(folder().resolve("data").resolve("postmaster.pid"))
                .getFirst()
                .strip());
    }

    private Connection connect() throws SQLException, IOException {
        String port = Files.readAllLines(folder().resolve("data").resolve("postmaster.pid"))
                .get(3)
                .strip();
        return DriverManager.getConnection(
                "jdbc:postgresql://127.0.0.1:" + port + "/postgres",
                DataFolder.SUPERUSER,
                Files.readString(folder().resolve("password")).strip());
    }

    private static void run(EmbeddedPostgres server, String... statements) throws SQLException {
        try (Connection connection = server.connect("postgres")) {
            execute(connection, statements);
        }
    }

    private static void execute(Connection connection, String... statements) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    private static String value(EmbeddedPostgres server, String query) throws SQLException {
        try (Connection connection = server.connect("postgres");
                Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery(query)) {
            assertThat(found.next()).isTrue();
            return found.getString(1);
        }
    }
}
