package dev.tidegate.ops.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidegate.ops.DemoStore;
import dev.tidegate.testing.TestDatabase;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.sql.Connection;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class StoreDdlCommandTest {
    private static final String PREFIX = "tidegate.stores.field.";

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @AfterEach
    void forget() {
        System.clearProperty(PREFIX + "url");
        System.clearProperty(PREFIX + "username");
        System.clearProperty(PREFIX + "password");
    }

    @Test
    void the_demo_store_lacks_everything_until_the_script_ran_and_then_nothing() throws SQLException {
        try (TestDatabase database = TestDatabase.create()) {
            try (Connection connection = database.connect()) {
                DemoStore.FIELD.install(connection);
            }
            System.setProperty(PREFIX + "url", database.url());
            System.setProperty(PREFIX + "username", database.username());
            System.setProperty(PREFIX + "password", database.password());

            assertThat(run("store-ddl", "field")).as(err.toString()).isZero();
            String script = out.toString();
            assertThat(script)
                    .contains("CREATE SCHEMA IF NOT EXISTS tidegate;")
                    .contains("ON field_service.task FOR EACH ROW")
                    .contains("ON field_service.customer REFERENCING")
                    .endsWith("GRANT EXECUTE ON FUNCTION tidegate.begin_run() TO \"" + database.username() + "\";\n");
            assertThat(database.value("SELECT to_regnamespace('tidegate')")).isNull();

            database.run(script);
            out.getBuffer().setLength(0);
            assertThat(run("store-ddl", "field")).isZero();
            assertThat(out.toString()).doesNotContain("TRIGGER");
        }
    }

    @Test
    void a_store_that_is_not_known_or_not_configured_is_told() {
        assertThat(run("store-ddl", "nowhere")).isEqualTo(1);
        assertThat(run("store-ddl", "billing")).isEqualTo(1);
        assertThat(err.toString())
                .contains("The model keeps nothing in a store 'nowhere'.")
                .contains("tidegate.stores.billing.url is not set: where is the store?");
    }

    private int run(String... arguments) {
        return new Commands(new PrintWriter(out, true), new PrintWriter(err, true)).exitCodeOf(arguments);
    }
}
