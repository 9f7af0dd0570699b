package dev.tidegate.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PostgresUriTest {
    @Test
    void a_plain_uri_has_the_usual_port() {
        assertThat(PostgresUri.parse("postgresql://db.example/field"))
                .isEqualTo(new PostgresUri(
                        "db.example", 5432, "field", Optional.empty(), Optional.empty(), Optional.empty()));
    }

    @Test
    void credentials_stand_in_percent_encoding_and_ssl_mode_is_read() {
        assertThat(PostgresUri.parse("postgres://an%40a:p%3Aw+d@db.example:6432/field?sslmode=verify-full&x=y"))
                .isEqualTo(new PostgresUri(
                        "db.example",
                        6432,
                        "field",
                        Optional.of("an@a"),
                        Optional.of("p:w+d"),
                        Optional.of("verify-full")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "jdbc:postgresql://[::1]:5433/field",
                "vertx-reactive:postgresql://[::1]:5433/field",
                "postgresql://ada:secret@[::1]:5433/field"
            })
    void its_text_is_the_same_for_all_forms_and_holds_no_secret(String form) {
        assertThat(PostgresUri.parse(form)).hasToString("postgresql://[::1]:5433/field");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "mysql://u:secret@h/d",
                "postgresql://u:secret@h",
                "postgresql://u:secret@h/a/b",
                "postgresql:///field",
                "h/d",
                "",
                "postgresql://u:secret@h/d?sslmode=maybe",
                "postgresql://u:sec ret@h/d"
            })
    void anything_else_is_refused_without_saying_the_password(String form) {
        assertThatThrownBy(() -> PostgresUri.parse(form))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("secret")
                .hasMessageNotContaining("sec ret");
    }
}
