package dev.tidegate.ops;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * The built-in field service, served when no model is configured: its model file, and the schema with its rows, made once in
 * the database of the store {@link #STORE}. Calls with a connection block; not for an event loop.
 */
public final class Demo {
    /** The only data store of the demo's model. */
    public static final String STORE = "field";

    /** Where the demo comes from, for messages. */
    static final String NAME = "demo/field-service.yaml";

    private static final long LOCK = 0x7469646567617465L;

    private Demo() {}

    /** The text of the demo's model file. */
    public static String model() {
        return resource("/" + NAME);
    }

    /**
     * Makes the schema {@code field_service} and its rows, in one transaction, unless it is there; several gateways may try
     * at once. Leaves the connection as it was.
     *
     * @return whether it was made just now
     */
    public static boolean install(Connection connection) throws SQLException {
        boolean automatic = connection.getAutoCommit();
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            statement.execute("SELECT pg_advisory_xact_lock(" + LOCK + ")");
            boolean missing = isMissing(statement);
            if (missing) {
                statement.execute(resource("/demo/schema.sql"));
                statement.execute(resource("/demo/seed.sql"));
            }
            connection.commit();
            return missing;
        } catch (SQLException failed) {
            connection.rollback();
            throw failed;
        } finally {
            connection.setAutoCommit(automatic);
        }
    }

    private static boolean isMissing(Statement statement) throws SQLException {
        try (ResultSet found = statement.executeQuery("SELECT to_regnamespace('field_service') IS NULL")) {
            return found.next() && found.getBoolean(1);
        }
    }

    private static String resource(String path) {
        try (InputStream in = Demo.class.getResourceAsStream(path)) {
            if (in == null) {
                throw new IllegalStateException("missing resource " + path);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }
}
