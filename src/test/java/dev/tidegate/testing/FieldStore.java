package dev.tidegate.testing;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import org.eclipse.microprofile.config.ConfigProvider;

/** The demo's store {@code field} as somebody else writes it, past the gateway that is being tested. */
public final class FieldStore {
    private FieldStore() {}

    public static void execute(String... statements) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    public static Connection connect() throws SQLException {
        String name = "tidegate.stores.field.";
        return DriverManager.getConnection(
                "jdbc:" + setting(name + "url"), setting(name + "username"), setting(name + "password"));
    }

    private static String setting(String name) {
        return ConfigProvider.getConfig().getValue(name, String.class);
    }
}
