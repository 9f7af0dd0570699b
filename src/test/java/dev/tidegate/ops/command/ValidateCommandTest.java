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

class ValidateCommandTest {
    @TempDir
    Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void a_sound_model_exits_with_0_and_tells_its_version() throws IOException {
        Path file = file(Demo.model());

        assertThat(run("validate", file.toString())).isZero();
        assertThat(out.toString()).contains(file + " is valid: model version ").contains("0 errors");
    }

    @Test
    void a_model_with_an_error_exits_with_1_and_tells_where_and_what_to_change() throws IOException {
        Path file = file(Demo.model().replace("Priority: { type: enum,", "Priority: { typ: enum,"));

        assertThat(run("validate", file.toString())).isEqualTo(1);
        assertThat(out.toString())
                .containsPattern("model.yaml:\\d+:\\d+: error unknown-key: 'typ' is not a key of attribute 'Priority'")
                .contains("Did you mean 'type'?")
                .contains("is not valid: ");
    }

    @Test
    void the_report_as_json_has_the_same_issues() throws IOException {
        Path file = file("modules: {}\nprofils: {}\n");

        assertThat(run("validate", "--json", file.toString())).isEqualTo(1);
        assertThat(out.toString())
                .contains("\"valid\" : false")
                .contains("\"code\" : \"unknown-key\"")
                .contains("\"line\" : 2")
                .contains("\"column\" : 1");
    }

    @Test
    void a_file_that_cannot_be_read_is_an_error_of_the_report() throws IOException {
        Path binary = folder.resolve("binary.yaml");
        Files.write(binary, new byte[] {(byte) 0xc3, 0x28});

        assertThat(run("validate", folder.resolve("none.yaml").toString())).isEqualTo(1);
        assertThat(run("validate", folder.toString())).isEqualTo(1);
        assertThat(run("validate", binary.toString())).isEqualTo(1);
        assertThat(out.toString())
                .contains("none.yaml' does not exist")
                .contains("is a directory")
                .contains("is not UTF-8 text");
    }

    @Test
    void a_wrong_call_exits_with_2_and_explains_itself() {
        assertThat(run("validate")).isEqualTo(2);
        assertThat(run("validat", "x.yaml")).isEqualTo(2);
        assertThat(err.toString()).contains("Usage: tidegate");
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void help_exits_with_0() {
        assertThat(run("--help")).isZero();
        assertThat(out.toString()).contains("validate");
    }

    private int run(String... arguments) {
        return new Commands(new PrintWriter(out), new PrintWriter(err)).exitCodeOf(arguments);
    }

    private Path file(String text) throws IOException {
        return Files.writeString(folder.resolve("model.yaml"), text);
    }
}
