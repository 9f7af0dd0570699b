package dev.tidegate.testing;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A fresh, empty database on the test server, dropped by {@link #close()} (or at the next run). */
public final class TestDatabase implements AutoCloseable {
    private final String name;
    private final String host;
    private final int port;
    private final String username;
    private final String password;

    /** Sessions that nobody uses just now: to open one takes ten times as long as most questions do. */
    private final Deque<Connection> kept = new ConcurrentLinkedDeque<>();

    private TestDatabase(String name, String host, int port, String username, String password) {
        this.name = name;
        this.host = host;
        this.port = port;
        this.username = username;
        this.password = password;
    }

    public static TestDatabase create() {
        return created("");
    }

    /** A fresh one that holds what {@code filled} puts into an empty one, which it is asked for once. */
    public static TestDatabase createdAs(String template, Consumer<TestDatabase> filled) {
        return created(" TEMPLATE "
                + TestServer.template(template, () -> {
                    TestDatabase first = create();
                    filled.accept(first);
                    first.endSessions();
                    return first.name;
                }));
    }

    /** By copying files: where nothing is flushed that is far quicker than to write all pages through the log. */
    private static TestDatabase created(String template) {
        String name = "t_" + UUID.randomUUID().toString().replace("-", "");
        TestServer.administer("CREATE DATABASE " + name + template + " STRATEGY file_copy");
        return new TestDatabase(name, TestServer.HOST, TestServer.port(), TestServer.USERNAME, TestServer.password());
    }

    /** A second one that holds the same, of a database that nobody uses just now. */
    public TestDatabase copy() {
        endSessions();
        return created(" TEMPLATE " + name);
    }

    /** The same database as seen through a proxy. */
    public TestDatabase through(TcpProxy proxy) {
        return new TestDatabase(name, host, proxy.port(), username, password);
    }

    public String name() {
        return name;
    }

    public String host() {
        return host;
    }

    public int port() {
        return port;
    }

    public String username() {
        return username;
    }

    public String password() {
        return password;
    }

    /** As configuration takes it: {@code postgresql://127.0.0.1:5432/name}. */
    public String url() {
        return "postgresql://" + host + ":" + port + "/" + name;
    }

    public String jdbcUrl() {
        return "jdbc:" + url();
    }

    /** A session of the caller's own, past every proxy. */
    public Connection connect() throws SQLException {
        return TestServer.connect(name);
    }

    /** For the sessions that come: {@code deadlock_timeout} and the like. */
    public void set(String setting, String value) {
        run("ALTER DATABASE " + name + " SET " + setting + " = '" + value + "'");
        endSessions();
    }

    /** Runs statements, one text or several. */
    public TestDatabase run(String... statements) {
        return inSession(statement -> {
            for (String sql : statements) {
                statement.execute(sql);
            }
            return this;
        });
    }

    /** The first column of every row, as text. */
    public List<@Nullable String> column(String query) {
        return inSession(statement -> {
            List<@Nullable String> values = new ArrayList<>();
            try (ResultSet found = statement.executeQuery(query)) {
                while (found.next()) {
                    values.add(found.getString(1));
                }
            }
            return values;
        });
    }

    /** The first column of the one row that the query finds. */
    public @Nullable String value(String query) {
        List<@Nullable String> values = column(query);
        if (values.size() != 1) {
            throw new IllegalStateException(values.size() + " rows of " + query);
        }
        return values.getFirst();
    }

    private interface Work<T> {
        T in(Statement statement) throws SQLException;
    }

    /** A session is kept only when all went well, and knows nothing any more of what was done in it. */
    private <T> T inSession(Work<T> work) {
        try {
            Connection session = session();
            try (Statement statement = session.createStatement()) {
                T result = work.in(statement);
                statement.execute("DISCARD ALL");
                kept.push(session);
                return result;
            } catch (SQLException | RuntimeException broken) {
                session.close();
                throw broken;
            }
        } catch (SQLException broken) {
            throw new IllegalStateException(broken);
        }
    }

    private Connection session() throws SQLException {
        for (Connection session = kept.poll(); session != null; session = kept.poll()) {
            if (session.isValid(5)) {
                return session;
            }
            session.close();
        }
        return connect();
    }

    private void endSessions() {
        for (Connection session = kept.poll(); session != null; session = kept.poll()) {
            try {
                session.close();
            } catch (SQLException goneBefore) {
                // nothing is left to close
            }
        }
    }

    @Override
    public void close() {
        endSessions();
        TestServer.administer("DROP DATABASE IF EXISTS " + name + " WITH (FORCE)");
    }
}
