package dev.tidegate.ops;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.pgclient.PgException;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class TraceOnlyTest {
    @Test
    void kinds_places_and_sqlstates_are_shown_and_no_messages() {
        PgException database = new PgException(
                "duplicate key (email)=(eve@example.org)", "ERROR", "23505", "Key (email)=(eve@example.org) exists");
        StringWriter shown = new StringWriter();

        TraceOnly.of(new IllegalStateException("eve@example.org", database)).printStackTrace(new PrintWriter(shown));

        assertThat(shown.toString())
                .contains("java.lang.IllegalStateException")
                .contains("io.vertx.pgclient.PgException (23505)")
                .contains("TraceOnlyTest.java")
                .doesNotContain("eve@");
    }

    @Test
    void a_chain_without_end_is_cut() {
        IllegalStateException first = new IllegalStateException("first");
        first.initCause(new IllegalStateException("second", first));

        int depth = 0;
        for (Throwable each = TraceOnly.of(first); each != null; each = each.getCause()) {
            depth++;
        }
        assertThat(depth).isEqualTo(10);
    }
}
