package dev.tidegate.testing;

import dev.tidegate.ops.embedded.EmbeddedPostgres;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * The one embedded server of a test JVM, started when the first test asks and gone with the JVM. Quarkus loads test classes
 * in several class loaders, so where it is stands in system properties rather than in a static field. Without fsync: tests
 * about durability start a server of their own.
 */
final class TestServer {
    static final String HOST = "127.0.0.1";
    static final String USERNAME = "tidegate";
    private static final String PORT = "dev.tidegate.test.postgres.port";
    private static final String PASSWORD = "dev.tidegate.test.postgres.password";
    private static final String TEMPLATE = "dev.tidegate.test.postgres.template.";
    private static final String FOLDER = System.getProperty("test.postgres", "target/test-postgres");

    private TestServer() {}

    static int port() {
        return Integer.parseInt(started(PORT));
    }

    static String password() {
        return started(PASSWORD);
    }

    static Connection connect(String database) throws SQLException {
        return DriverManager.getConnection(
                "jdbc:postgresql://" + HOST + ":" + port() + "/" + database, USERNAME, password());
    }

    static void administer(String sql) {
        try (Connection connection = connect("postgres");
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException broken) {
            throw new IllegalStateException(sql, broken);
        }
    }

    /** The database that others are copied from; the first who asks makes it, nobody may be in it after that. */
    static String template(String what, Supplier<String> made) {
        synchronized (System.getProperties()) {
            if (System.getProperty(TEMPLATE + what) == null) {
                System.setProperty(TEMPLATE + what, made.get());
            }
            return System.getProperty(TEMPLATE + what, "");
        }
    }

    private static String started(String property) {
        synchronized (System.getProperties()) {
            if (System.getProperty(property) == null) {
                EmbeddedPostgres server = EmbeddedPostgres.start(
                        Path.of(FOLDER),
                        Map.of(
                                "fsync",
                                "off",
                                "full_page_writes",
                                "off",
                                "max_connections",
                                "300",
                                "wal_writer_delay",
                                "1ms"));
                System.setProperty(PORT, Integer.toString(server.port()));
                System.setProperty(PASSWORD, server.password());
                makeLoginsQuick();
                dropLeftOvers();
                Runtime.getRuntime().addShutdownHook(new Thread(server::close, "stop test server"));
            }
            return System.getProperty(property, "");
        }
    }

    /** A password is hashed 4,096 times at each login of both sides; tests log in thousands of times. */
    private static void makeLoginsQuick() {
        administer("SET scram_iterations = 1; ALTER ROLE " + USERNAME + " PASSWORD '" + password() + "'");
    }

    private static void dropLeftOvers() {
        List<String> names = new ArrayList<>();
        try (Connection connection = connect("postgres");
                Statement statement = connection.createStatement();
                ResultSet found =
                        statement.executeQuery("SELECT datname FROM pg_database WHERE starts_with(datname, 't_')")) {
            while (found.next()) {
                names.add(found.getString(1));
            }
        } catch (SQLException broken) {
            throw new IllegalStateException("left-over test databases cannot be listed", broken);
        }
        names.forEach(name -> administer("DROP DATABASE IF EXISTS " + name + " WITH (FORCE)"));
    }
}
