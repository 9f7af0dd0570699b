package dev.tidegate.ops.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidegate.ops.Demo;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands as people and pipelines call them: {@code java -jar}, an exit code, and two streams of text. */
class PackagedCommandsIT {
    private static final String JAVA =
            Path.of(System.getProperty("java.home"), "bin", "java").toString();
    private static final String JAR = Objects.requireNonNull(System.getProperty("gateway.jar"), "gateway.jar");

    @TempDir
    Path folder;

    private String model = "";

    private record Run(int exitCode, String out, String err) {}

    @BeforeEach
    void write_the_demo() throws IOException {
        model = file("model.yaml", Demo.model());
    }

    @Test
    void a_sound_model_is_valid() {
        Run run = run("validate", model);

        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).contains("is valid: model version ");
        assertThat(run.err()).isEmpty();
    }

    @Test
    void a_model_with_errors_is_told_all_of_them_with_line_and_column() throws IOException {
        Run run = run("validate", file("broken.yaml", broken()));

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.out())
                .containsPattern("broken\\.yaml:\\d+:\\d+: error unknown-key: 'typ' ")
                .containsPattern("broken\\.yaml:\\d+:\\d+: error \\S+: .*'hexagon'")
                .contains("is not valid: ");
        assertThat(run.err()).isEmpty();
    }

    @Test
    void a_wrong_call_exits_with_2_and_tells_how_to_call() {
        for (List<String> wrong :
                List.of(List.of("validate"), List.of("valdate", model), List.of("check", model), List.of("--nope"))) {
            Run run = run(wrong.toArray(String[]::new));
            assertThat(run.exitCode()).as(wrong.toString()).isEqualTo(2);
            assertThat(run.err()).as(wrong.toString()).contains("Usage: ").doesNotContain("\tat ");
        }
    }

    @Test
    void checks_that_are_allowed_exit_with_0() throws IOException {
        Run run = run("check", model, file("checks.yaml", """
                profile: NativeMobile
                roles: [Engineer]
                queries:
                  - { name: stock, entity: FieldService.StockLevel, constraint: "[Quantity < $most]" }
                writes:
                  - { name: close, op: update, entity: FieldService.WorkOrder, members: [Status] }
                batches:
                  - name: note
                    operations:
                      - op: create
                        entity: FieldService.Note
                        id: 7b000000-0000-4000-8000-000000000002
                        attributes: { Text: hello }
                """));

        assertThat(run.out().lines().map(String::strip))
                .containsExactly(
                        "allowed server: stock", "allowed device: close", "allowed server: note", "3 of 3 allowed");
        assertThat(run.exitCode()).isZero();
    }

    @Test
    void checks_that_are_denied_exit_with_1_and_tell_why() throws IOException {
        Run run = run("check", model, file("checks.yaml", """
                profile: NativeMobile
                roles: [Engineer]
                queries:
                  - name: cross
                    entity: FieldService.StockLevel
                    constraint: "[FieldService.StockLevel_WorkOrder/FieldService.WorkOrder/Title = 'x']"
                writes:
                  - { name: link, op: update, entity: FieldService.StockLevel, members: [FieldService.StockLevel_WorkOrder] }
                batches:
                  - name: site
                    operations:
                      - op: update
                        entity: FieldService.Site
                        id: 7b000000-0000-4000-8000-000000000002
                        attributes: { Street: x }
                """));

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.out())
                .containsPattern("DENIED +server: cross\\s+cross-mode-constraint: .*\\(constraint, position 1\\)")
                .containsPattern("DENIED +server: link\\s+read-only-association: .*\\(/members/0\\)")
                .containsPattern("DENIED +server: site\\s+online-entity-in-batch: .*\\(/operations/0/entity\\)")
                .contains("0 of 3 allowed");
    }

    @Test
    void a_broken_model_is_not_served_and_tells_the_same_report() throws IOException {
        String broken = file("broken.yaml", broken());

        Run run = run(Map.of(
                "TIDEGATE_MODEL",
                broken,
                "TIDEGATE_EMBEDDED_DIRECTORY",
                folder.resolve("data").toString(),
                "QUARKUS_HTTP_PORT",
                "0",
                "QUARKUS_MANAGEMENT_PORT",
                "0"));

        String all = run.out() + run.err();
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(all).contains(run("validate", broken).out().strip()).doesNotContain("\tat ", "Exception");
    }

    @Test
    void the_demos_users_are_for_loopback_only() {
        Run run = run(Map.of(
                "TIDEGATE_EMBEDDED_DIRECTORY", folder.resolve("data").toString(),
                "QUARKUS_HTTP_HOST", "0.0.0.0",
                "QUARKUS_HTTP_PORT", "0",
                "QUARKUS_MANAGEMENT_PORT", "0"));

        String all = run.out() + run.err();
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(all).contains("would listen on 0.0.0.0", "QUARKUS_HTTP_HOST").doesNotContain("\tat ", "Exception");
    }

    private static String broken() {
        return Demo.model()
                .replace("Priority: { type: enum,", "Priority: { typ: enum,")
                .replace("kind: web-offline", "kind: hexagon");
    }

    private String file(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text).toString();
    }

    private Run run(String... arguments) {
        return run(Map.of(), arguments);
    }

    private Run run(Map<String, String> environment, String... arguments) {
        List<String> command = new ArrayList<>(List.of(JAVA, "-jar", JAR));
        command.addAll(List.of(arguments));
        Path out = folder.resolve("out");
        Path err = folder.resolve("err");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        builder.environment().putAll(environment);
        try {
            int exitCode = builder.start().waitFor();
            return new Run(
                    exitCode,
                    Files.readString(out, StandardCharsets.UTF_8),
                    Files.readString(err, StandardCharsets.UTF_8));
        } catch (IOException | InterruptedException broken) {
            throw new IllegalStateException(command.toString(), broken);
        }
    }
}
