package dev.tidegate.ops.embedded;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.ServiceLoader;
import java.util.regex.Pattern;

/**
 * A PostgreSQL server in a folder of this machine: real, durable ({@code fsync} and {@code synchronous_commit} on), with a
 * generated password, on a free port of the loopback interface. It ends with this JVM, however that ends, and what it had
 * committed is there at the next start. One process uses a folder at a time. Calls block; not for an event loop.
 *
 * <p>Not made for production: no replication, no backup, settings for a small machine.
 */
public final class EmbeddedPostgres implements AutoCloseable {
    private static final Pattern PLAIN_NAME = Pattern.compile("[a-z][a-z0-9_]{0,62}");
    private static final String LOOPBACK = "127.0.0.1";
    private static final Driver DRIVER = driver();

    private final DataFolder folder;
    private final Postmaster postmaster;
    private final String password;

    private EmbeddedPostgres(DataFolder folder, Postmaster postmaster, String password) {
        this.folder = folder;
        this.postmaster = postmaster;
        this.password = password;
    }

    /** Starts the server in this folder, which is made when there is none. */
    public static EmbeddedPostgres start(Path directory) {
        return start(directory, Map.of());
    }

    /** As {@link #start(Path)}, with settings of PostgreSQL that replace the gateway's choice. */
    public static EmbeddedPostgres start(Path directory, Map<String, String> settings) {
        PostgresBinaries.requireCarried();
        DataFolder folder = DataFolder.locked(directory.toAbsolutePath().normalize());
        try {
            PostgresBinaries binaries = PostgresBinaries.unpackedIn(folder.directory());
            List<String> prefix = Programs.prefix();
            folder.prepare(binaries, prefix);
            String password = folder.password();
            Map<String, String> all = new LinkedHashMap<>(defaults());
            all.putAll(settings);
            return new EmbeddedPostgres(folder, Postmaster.start(folder, binaries, prefix, all), password);
        } catch (IOException broken) {
            folder.close();
            throw new EmbeddedPostgresException(
                    "The embedded PostgreSQL in " + directory + " cannot start: " + broken.getMessage(), broken);
        } catch (InterruptedException interrupted) {
            folder.close();
            Thread.currentThread().interrupt();
            throw new EmbeddedPostgresException("The start of the embedded PostgreSQL was interrupted", interrupted);
        } catch (RuntimeException broken) {
            folder.close();
            throw broken;
        }
    }

    private static Map<String, String> defaults() {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("listen_addresses", LOOPBACK);
        settings.put("unix_socket_directories", "");
        settings.put("fsync", "on");
        settings.put("synchronous_commit", "on");
        settings.put("full_page_writes", "on");
        settings.put("max_connections", "100");
        settings.put("shared_buffers", "64MB");
        settings.put("work_mem", "8MB");
        settings.put("maintenance_work_mem", "64MB");
        settings.put("max_wal_size", "512MB");
        settings.put("jit", "off");
        settings.put("timezone", "UTC");
        settings.put("log_timezone", "UTC");
        settings.put("log_min_messages", "warning");
        return settings;
    }

    public Path directory() {
        return folder.directory();
    }

    public String host() {
        return LOOPBACK;
    }

    public int port() {
        return postmaster.port();
    }

    public String username() {
        return DataFolder.SUPERUSER;
    }

    public String password() {
        return password;
    }

    public boolean isAlive() {
        return postmaster.isAlive();
    }

    /** The URI of a database of this server, without user and password: {@code postgresql://127.0.0.1:5432/field}. */
    public String url(String database) {
        return "postgresql://" + LOOPBACK + ":" + port() + "/" + plain(database);
    }

    public String jdbcUrl(String database) {
        return "jdbc:" + url(database);
    }

    /** A plain JDBC connection as the owner of everything; the caller closes it. */
    public Connection connect(String database) throws SQLException {
        Properties login = new Properties();
        login.setProperty("user", username());
        login.setProperty("password", password);
        return DRIVER.connect(jdbcUrl(database), login);
    }

    /** Makes the database unless it exists. */
    public void ensureDatabase(String database) {
        String name = plain(database);
        try (Connection connection = connect("postgres");
                Statement statement = connection.createStatement()) {
            if (!exists(statement, name)) {
                statement.execute("CREATE DATABASE " + name);
            }
        } catch (SQLException broken) {
            throw new EmbeddedPostgresException(
                    "The database " + name + " cannot be made in " + directory() + ": " + broken.getMessage(), broken);
        }
    }

    /** Not through {@code DriverManager}, which does not see into the class loader that an application is started in. */
    private static Driver driver() {
        return ServiceLoader.load(Driver.class, EmbeddedPostgres.class.getClassLoader()).stream()
                .filter(provider -> provider.type().getName().equals("org.postgresql.Driver"))
                .map(ServiceLoader.Provider::get)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("the JDBC driver of PostgreSQL is not on the class path"));
    }

    private static boolean exists(Statement statement, String name) throws SQLException {
        try (ResultSet found =
                statement.executeQuery("SELECT 1 FROM pg_database WHERE datname = '" + plain(name) + "'")) {
            return found.next();
        }
    }

    private static String plain(String name) {
        if (!PLAIN_NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("not a plain database name: " + name);
        }
        return name;
    }

    /** Stops the server in order and frees the folder. May be called twice. */
    @Override
    public void close() {
        postmaster.stop();
        folder.close();
    }
}
