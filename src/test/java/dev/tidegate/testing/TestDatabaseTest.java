package dev.tidegate.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;

class TestDatabaseTest {
    @Test
    void each_is_empty_and_its_own() {
        try (TestDatabase one = TestDatabase.create();
                TestDatabase other = TestDatabase.create()) {
            one.run("CREATE TABLE t (id int)", "INSERT INTO t VALUES (1)");

            assertThat(one.value("SELECT count(*) FROM t")).isEqualTo("1");
            assertThat(other.value("SELECT to_regclass('t')")).isNull();
        }
    }

    @Test
    void through_a_proxy_it_can_be_cut_and_healed() throws SQLException {
        try (TestDatabase database = TestDatabase.create();
                TcpProxy proxy = TcpProxy.before(database)) {
            TestDatabase seen = database.through(proxy);
            connect(seen).close();

            proxy.cut();
            assertThatThrownBy(() -> connect(seen)).isInstanceOf(SQLException.class);

            proxy.heal();
            try (Connection connection = connect(seen)) {
                assertThat(connection.isValid(5)).isTrue();
            }
        }
    }

    private static Connection connect(TestDatabase database) throws SQLException {
        return DriverManager.getConnection(database.jdbcUrl(), database.username(), database.password());
    }
}
