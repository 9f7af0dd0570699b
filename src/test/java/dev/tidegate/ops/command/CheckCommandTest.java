package dev.tidegate.ops.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidegate.ops.Demo;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckCommandTest {
    @TempDir
    Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void nothing_to_check_is_allowed() throws IOException {
        assertThat(check("profile: NativeMobile\nroles: [Engineer]\n")).isZero();
        assertThat(out.toString()).contains("0 of 0 allowed");
    }

    @Test
    void a_model_with_errors_exits_with_1_and_its_report() throws IOException {
        Path model = Files.writeString(folder.resolve("model.yaml"), "modules: []\nprofiles: {}\n");

        assertThat(run("check", model.toString(), model.toString())).isEqualTo(1);
        assertThat(err.toString()).contains("model.yaml:1:10: error wrong-type");
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void an_unknown_profile_names_the_known_ones() throws IOException {
        assertThat(check("profile: Mobile\nroles: [Engineer]\n")).isEqualTo(1);
        assertThat(err.toString()).contains("no profile 'Mobile'. Known: NativeMobile, WebOffline, Web.");
    }

    @Test
    void everything_that_does_not_fit_in_the_file_is_told_at_once() throws IOException {
        assertThat(check("""
                        profile: NativeMobile
                        queries:
                          - { name: a, entty: FieldService.Site, live: often }
                          - { entity: FieldService.Site, sort: [{ path: Name, order: up }], attributes: Name }
                        writes:
                          - { op: upsert, entity: 5 }
                        """)).isEqualTo(1);
        assertThat(err.toString().lines())
                .extracting(line -> line.substring(line.indexOf(": ") + 2))
                .containsExactly(
                        "/roles must name at least one role.",
                        "/queries/0/entty is not known. Known here: name, entity, constraint, sort, expand, attributes, live.",
                        "/queries/0/entity is missing.",
                        "/queries/0/live must be true or false.",
                        "/queries/1/attributes must be a list.",
                        "/queries/1/sort/0/order must be asc or desc.",
                        "/writes/0/op must be create, update or delete.",
                        "/writes/0/entity must be a text; put it in quotes.");
    }

    @Test
    void what_is_no_yaml_or_no_file_is_told_without_a_trace() throws IOException {
        assertThat(check("queries: [")).isEqualTo(1);
        assertThat(run("check", model().toString(), folder.resolve("none").toString()))
                .isEqualTo(1);
        assertThat(err.toString())
                .contains("It is not YAML: ")
                .contains("none cannot be read. Check the path.")
                .doesNotContain("at dev.tidegate");
    }

    @Test
    void a_missing_argument_exits_with_2() throws IOException {
        assertThat(run("check", model().toString())).isEqualTo(2);
        assertThat(err.toString()).contains("CHECKS");
    }

    private int check(String checks) throws IOException {
        return run(
                "check",
                model().toString(),
                Files.writeString(folder.resolve("checks.yaml"), checks).toString());
    }

    private Path model() throws IOException {
        return Files.writeString(folder.resolve("demo.yaml"), Demo.model());
    }

    private int run(String... arguments) {
        return new Commands(new PrintWriter(out), new PrintWriter(err)).exitCodeOf(arguments);
    }
}
