package dev.tidegate.ops;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidegate.edition.ModelLoading;
import dev.tidegate.model.Association;
import dev.tidegate.model.Entity;
import dev.tidegate.model.Model;
import dev.tidegate.model.TableName;
import dev.tidegate.model.ValueType;
import dev.tidegate.testing.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class DemoTest {
    private static @Nullable TestDatabase shared;

    private static TestDatabase database() {
        if (shared == null) {
            throw new IllegalStateException("no database yet");
        }
        return shared;
    }

    @BeforeAll
    static void install() throws SQLException {
        shared = TestDatabase.create();
        assertThat(tryInstall()).isTrue();
        assertThat(install(database(), DemoStore.BILLING)).isTrue();
    }

    @AfterAll
    static void drop() {
        database().close();
    }

    @Test
    void it_has_the_promised_rows() {
        assertThat(count("customer")).isEqualTo("200");
        assertThat(count("work_order")).isEqualTo("5000");
        assertThat(count("stock_level")).isEqualTo("50000");
        assertThat(database()
                        .column("SELECT kind || ' ' || count(*) FROM field_service.task GROUP BY kind ORDER BY kind"))
                .containsExactly(
                        "FieldService.Inspection 1500", "FieldService.Task 500", "FieldService.WorkOrder 5000");
        assertThat(database().value("SELECT count(*) FROM billing.account")).isEqualTo("200");
        assertThat(database().value("SELECT count(*) FROM billing.expense")).isEqualTo("2000");
    }

    @Test
    void references_into_the_other_store_lead_to_something() {
        assertThat(database()
                        .value("SELECT count(*) FROM billing.account WHERE NOT EXISTS"
                                + " (SELECT FROM field_service.customer c WHERE c.id = customer_id)"))
                .isEqualTo("0");
        assertThat(database()
                        .value("SELECT count(*) FROM billing.expense WHERE NOT EXISTS"
                                + " (SELECT FROM field_service.work_order w WHERE w.id = work_order_id)"))
                .isEqualTo("0");
    }

    @Test
    void what_a_user_changed_stays_when_the_gateway_starts_again() throws SQLException {
        database().run("UPDATE field_service.announcement SET headline = 'Changed'");

        assertThat(tryInstall()).isFalse();
        assertThat(database().value("SELECT DISTINCT headline FROM field_service.announcement"))
                .isEqualTo("Changed");
    }

    @Test
    void of_two_gateways_that_start_at_once_one_installs() throws Exception {
        try (TestDatabase fresh = TestDatabase.create();
                ExecutorService two = Executors.newFixedThreadPool(2)) {
            List<Future<Boolean>> starts = two.invokeAll(
                    List.of(() -> install(fresh, DemoStore.FIELD), () -> install(fresh, DemoStore.FIELD)));

            assertThat(List.of(starts.get(0).get(), starts.get(1).get())).containsExactlyInAnyOrder(true, false);
        }
    }

    @Test
    void its_rows_are_the_same_on_every_machine_and_can_be_named_by_number() {
        assertThat(database().value("SELECT login FROM field_service.engineer WHERE id = md5('engineer:1')::uuid"))
                .isEqualTo("ada");
        assertThat(database().value("SELECT name FROM field_service.site WHERE id = md5('site:600')::uuid"))
                .isEqualTo("Boiler room 201");
    }

    /** Each table and column that the model names exists and has the type that its values need. */
    @Test
    void its_tables_fit_its_model() {
        Model model = ModelLoading.of(Demo.content()).rulebook().orElseThrow().model();
        Set<String> expected = new TreeSet<>();
        for (Entity entity : model.entities().values()) {
            column(
                    expected,
                    entity.table(),
                    entity.identity().column(),
                    entity.identity().type().valueType());
            if (entity.generalization().isEmpty()) {
                entity.version().ifPresent(column -> column(expected, entity.table(), column, ValueType.INT64));
                entity.discriminator().ifPresent(column -> column(expected, entity.table(), column, ValueType.TEXT));
            }
            entity.attributes()
                    .values()
                    .forEach(attribute -> column(
                            expected,
                            entity.table(),
                            attribute.column(),
                            attribute.type().valueType()));
        }
        for (Association association : model.associations().values()) {
            Entity from = model.entity(association.from());
            Entity to = model.entity(association.to());
            switch (association.storage()) {
                case Association.InColumn in ->
                    column(
                            expected,
                            from.table(),
                            in.column(),
                            to.identity().type().valueType());
                case Association.InJoinTable in -> {
                    column(
                            expected,
                            in.table(),
                            in.fromColumn(),
                            from.identity().type().valueType());
                    column(
                            expected,
                            in.table(),
                            in.toColumn(),
                            to.identity().type().valueType());
                }
            }
        }

        assertThat(
                        new TreeSet<>(
                                database()
                                        .column(
                                                "SELECT table_schema || '.' || table_name || '.' || column_name || ' ' || data_type"
                                                        + " FROM information_schema.columns WHERE table_schema IN ('field_service', 'billing')")))
                .isEqualTo(expected);
    }

    @Test
    void its_sequences_exist() {
        ModelLoading.of(Demo.content()).rulebook().orElseThrow().model().entities().values().stream()
                .flatMap(entity -> entity.identity().sequence().stream())
                .forEach(sequence -> assertThat(database().value("SELECT to_regclass('" + sequence + "') IS NOT NULL"))
                        .isEqualTo("t"));
    }

    private static void column(Set<String> columns, TableName table, String column, ValueType type) {
        columns.add(table + "." + column + " "
                + switch (type) {
                    case TEXT -> "text";
                    case INT32 -> "integer";
                    case INT64 -> "bigint";
                    case DECIMAL -> "numeric";
                    case BOOLEAN -> "boolean";
                    case DATETIME -> "timestamp with time zone";
                    case BINARY -> "bytea";
                    case UUID -> "uuid";
                });
    }

    private static @Nullable String count(String table) {
        return database().value("SELECT count(*) FROM field_service." + table);
    }

    private static boolean tryInstall() throws SQLException {
        return install(database(), DemoStore.FIELD);
    }

    private static boolean install(TestDatabase database, DemoStore store) throws SQLException {
        try (Connection connection = database.connect()) {
            return store.install(connection);
        }
    }
}
