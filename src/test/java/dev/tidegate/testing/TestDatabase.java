package dev.tidegate.testing;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A fresh, empty database on the test server, dropped by {@link #close()} (or at the next run). */
public record TestDatabase(String name, String host, int port, String username, String password)
        implements AutoCloseable {

    public static TestDatabase create() {
        String name = "t_" + UUID.randomUUID().toString().replace("-", "");
        TestServer.administer("CREATE DATABASE " + name);
        return new TestDatabase(name, TestServer.HOST, TestServer.port(), TestServer.USERNAME, TestServer.password());
    }

    /** The same database as seen through a proxy. */
    public TestDatabase through(TcpProxy proxy) {
        return new TestDatabase(name, host, proxy.port(), username, password);
    }

    /** As configuration takes it: {@code postgresql://127.0.0.1:5432/name}. */
    public String url() {
        return "postgresql://" + host + ":" + port + "/" + name;
    }

    public String jdbcUrl() {
        return "jdbc:" + url();
    }

    public Connection connect() throws SQLException {
        return TestServer.connect(name);
    }

    /** Runs statements, one text or several. */
    public TestDatabase run(String... statements) {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
            return this;
        } catch (SQLException broken) {
            throw new IllegalStateException(broken);
        }
    }

    /** The first column of every row, as text. */
    public List<@Nullable String> column(String query) {
        List<@Nullable String> values = new ArrayList<>();
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery(query)) {
            while (found.next()) {
                values.add(found.getString(1));
            }
            return values;
        } catch (SQLException broken) {
            throw new IllegalStateException(broken);
        }
    }

    /** The first column of the one row that the query finds. */
    public @Nullable String value(String query) {
        List<@Nullable String> values = column(query);
        if (values.size() != 1) {
            throw new IllegalStateException(values.size() + " rows of " + query);
        }
        return values.getFirst();
    }

    @Override
    public void close() {
        TestServer.administer("DROP DATABASE IF EXISTS " + name + " WITH (FORCE)");
    }
}
