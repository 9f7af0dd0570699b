package dev.tidegate.ops;

import dev.tidegate.model.StoreName;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.Optional;

/** A data store of the demo, and the schema with its rows that is made in it once. */
public enum DemoStore {
    /** Work, people, places and the warehouse. */
    FIELD("field", "field_service", "schema.sql", "seed.sql"),
    /** The books; refers to objects of {@link #FIELD}. */
    BILLING("billing", "billing", "billing-schema.sql", "billing-seed.sql");

    private static final long LOCK = 0x7469646567617465L;

    private final String label;
    private final String schema;
    private final String tables;
    private final String rows;

    DemoStore(String label, String schema, String tables, String rows) {
        this.label = label;
        this.schema = schema;
        this.tables = tables;
        this.rows = rows;
    }

    /** Its name in the demo's model, and in the configuration. */
    public String label() {
        return label;
    }

    public String schema() {
        return schema;
    }

    static Optional<DemoStore> named(StoreName name) {
        return Arrays.stream(values())
                .filter(store -> store.label.equals(name.value()))
                .findFirst();
    }

    /**
     * Makes the schema and its rows, in one transaction, unless it is there; several gateways may try at once. Leaves the
     * connection as it was. Blocks; not for an event loop.
     *
     * @return whether it was made just now
     */
    public boolean install(Connection connection) throws SQLException {
        boolean automatic = connection.getAutoCommit();
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            statement.execute("SELECT pg_advisory_xact_lock(" + LOCK + ")");
            boolean missing = isMissing(statement);
            if (missing) {
                statement.execute(Demo.resource("/demo/" + tables));
                statement.execute(Demo.resource("/demo/" + rows));
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

    private boolean isMissing(Statement statement) throws SQLException {
        try (ResultSet found = statement.executeQuery("SELECT to_regnamespace('" + schema + "') IS NULL")) {
            return found.next() && found.getBoolean(1);
        }
    }
}
