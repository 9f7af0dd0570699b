package dev.tidegate.ops;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The container image, whose description is held against what it is made of and what it is run by; no engine is needed. */
class ImageTest {
    private static final Path DOCKER = Path.of("src", "main", "docker");

    /** An instruction and what follows it. */
    private record Step(String instruction, String rest) {
        List<String> words() {
            return List.of(rest.strip().split("\\s+"));
        }
    }

    private static List<Step> steps() throws IOException {
        String text = Files.readString(DOCKER.resolve("Dockerfile.jvm"))
                .replaceAll("(?m)^\\s*#.*\\R", "")
                .replaceAll("\\\\\\R", " ");
        return text.lines()
                .filter(line -> !line.isBlank())
                .map(line -> line.split(" ", 2))
                .map(parts -> new Step(parts[0], parts[1]))
                .toList();
    }

    /** Of the image itself, without the stages before it. */
    private static List<Step> imageSteps() throws IOException {
        List<Step> all = steps();
        int last = 0;
        for (int i = 0; i < all.size(); i++) {
            last = all.get(i).instruction().equals("FROM") ? i : last;
        }
        return all.subList(last, all.size());
    }

    private static String only(List<Step> steps, String instruction) {
        List<String> found = steps.stream()
                .filter(step -> step.instruction().equals(instruction))
                .map(Step::rest)
                .toList();
        assertThat(found).as(instruction).hasSize(1);
        return found.getFirst();
    }

    private static List<String> found(String pattern, String text) {
        return Pattern.compile(pattern)
                .matcher(text)
                .results()
                .map(MatchResult::group)
                .distinct()
                .toList();
    }

    private static Node deployed() throws IOException {
        return Manifests.of("base").gateway();
    }

    @Test
    void is_made_of_files_that_are_there_and_that_docker_is_shown() throws IOException {
        List<String> shown = Files.readAllLines(Path.of(".dockerignore"));
        assertThat(shown).first().isEqualTo("*");
        List<String> sources = steps().stream()
                .filter(step ->
                        step.instruction().equals("COPY") && !step.rest().startsWith("--from"))
                .flatMap(step -> step.words().subList(0, step.words().size() - 1).stream())
                .toList();
        assertThat(sources)
                .contains("target/quarkus-app/")
                .allSatisfy(source -> assertThat(shown.stream().skip(1))
                        .anyMatch(pattern -> source.startsWith(pattern.substring(1))));
        assertThat(sources.stream().filter(source -> source.startsWith("src/")))
                .hasSize(3)
                .allMatch(source -> Files.isRegularFile(Path.of(source)));
    }

    @Test
    void takes_nothing_from_outside_but_a_jdk_of_the_version_that_is_compiled_for() throws IOException {
        String release = found("(?<=<maven.compiler.release>)\\d+", Files.readString(Path.of("pom.xml")))
                .getFirst();
        assertThat(steps().stream()
                        .filter(step -> step.instruction().equals("FROM"))
                        .map(Step::rest))
                .containsExactly("${JDK} AS build", "scratch");
        assertThat(steps().getFirst()).isEqualTo(new Step("ARG", "JDK=eclipse-temurin:" + release + "-jdk"));
        assertThat(imageSteps()).noneMatch(step -> step.instruction().equals("RUN"));
    }

    @Test
    void runs_as_the_deployment_wants_it_on_the_ports_that_it_names() throws IOException {
        Node gateway = deployed();
        assertThat(only(imageSteps(), "USER"))
                .isEqualTo(gateway.number("securityContext.runAsUser") + ":"
                        + gateway.number("securityContext.runAsGroup"));
        assertThat(only(imageSteps(), "EXPOSE"))
                .isEqualTo(String.join(
                        " ",
                        gateway.at("containers.0").each("ports").stream()
                                .map(port -> Integer.toString(port.number("containerPort")))
                                .toList()));
    }

    @Test
    void starts_with_the_cache_and_the_options_that_the_cache_was_made_with() throws IOException {
        String training = steps().stream()
                .filter(step -> step.instruction().equals("RUN") && step.rest().contains("Training.java"))
                .map(Step::rest)
                .findFirst()
                .orElseThrow();
        String start = only(imageSteps(), "ENTRYPOINT");
        String settings = only(imageSteps(), "ENV");
        List<String> copied = imageSteps().stream()
                .filter(step -> step.instruction().equals("COPY"))
                .map(Step::rest)
                .toList();

        assertThat(training).contains("/image/app /cache/tidegate.aot ", " @/image/app/java.options ");
        assertThat(start)
                .contains("\"-XX:AOTCache=/app/tidegate.aot\"", "\"@/app/java.options\"", "\"/app/quarkus-run.jar\"");
        assertThat(copied).anyMatch(copy -> copy.endsWith("/cache/tidegate.aot /app/"));
        assertThat(copied).anyMatch(copy -> copy.contains(" /image/app/java.options ") && copy.endsWith(" /app/"));
        // Objects of the heap are kept in the cache as the collector has them.
        assertThat(found("-XX:\\+Use\\w+GC", training)).hasSize(1).isEqualTo(found("-XX:\\+Use\\w+GC", settings));
    }

    @Test
    void is_laid_out_by_a_script_that_shells_understand() throws Exception {
        Process shell = new ProcessBuilder(
                        "sh", "-n", DOCKER.resolve("layout.sh").toString())
                .inheritIO()
                .start();
        assertThat(shell.waitFor()).isZero();
        assertThat(Files.isExecutable(DOCKER.resolve("layout.sh"))).isTrue();
    }

    /** It is run from source, when an image is built: here it is held against the gateway's classes, warnings being errors. */
    @Test
    void is_trained_by_a_program_that_compiles(@TempDir Path classes) throws IOException {
        JavaCompiler compiler = Objects.requireNonNull(ToolProvider.getSystemJavaCompiler());
        StringWriter said = new StringWriter();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
            List<String> options = new ArrayList<>(List.of("-Xlint:all,-processing,-path", "-Werror", "-proc:none"));
            options.addAll(List.of("-d", classes.toString(), "-classpath", System.getProperty("java.class.path")));
            boolean compiled = compiler.getTask(
                            said, files, null, options, null, files.getJavaFileObjects(DOCKER.resolve("Training.java")))
                    .call();
            assertThat(compiled).as(said.toString()).isTrue();
        }
        try (Stream<Path> made = Files.list(classes)) {
            assertThat(made).isNotEmpty();
        }
    }

    @Test
    void has_options_of_the_jvm_in_its_file_and_nothing_that_an_operator_would_change() throws IOException {
        List<String> options = Files.readAllLines(DOCKER.resolve("java.options")).stream()
                .filter(line -> !line.startsWith("#") && !line.isBlank())
                .toList();
        assertThat(options).isNotEmpty().allMatch(option -> option.matches("-(XX:|D|-)\\S+"));
        assertThat(options)
                .noneMatch(option ->
                        Arrays.asList("-Xmx", "RAMPercentage", "GC").stream().anyMatch(option::contains));
    }
}
