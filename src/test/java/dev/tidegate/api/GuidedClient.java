package dev.tidegate.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The client of {@code src/docs/client.md}, as it stands there, in a process of Node.js. Its state outlives the process. */
final class GuidedClient implements AutoCloseable {
    private static final Path GUIDE = Path.of("src/docs/client.md");
    private static final Path DRIVER = Path.of("src/test/resources/client/driver.mjs");
    private static final Pattern CODE = Pattern.compile("```js\n(.*?)```", Pattern.DOTALL);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Process process;
    private final BufferedWriter commands;
    private final BufferedReader answers;

    /** {@code directory}: what the client knows is kept there. */
    GuidedClient(String url, String profile, String user, Path directory) throws IOException {
        Files.writeString(directory.resolve("client.mjs"), code());
        Path driver = directory.resolve("driver.mjs");
        Files.copy(DRIVER, driver, StandardCopyOption.REPLACE_EXISTING);
        process = new ProcessBuilder(
                        "node",
                        driver.toString(),
                        url,
                        profile,
                        user,
                        directory.resolve("state.json").toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        commands = process.outputWriter();
        answers = process.inputReader();
    }

    static boolean canRun() {
        try {
            Process version = new ProcessBuilder("node", "--version").start();
            try (BufferedReader said = version.inputReader()) {
                Matcher major = Pattern.compile("v(\\d+)\\..*").matcher(String.valueOf(said.readLine()));
                return major.matches() && Integer.parseInt(major.group(1)) >= 20;
            }
        } catch (IOException notThere) {
            return false;
        }
    }

    private static String code() throws IOException {
        Matcher code = CODE.matcher(Files.readString(GUIDE));
        assertThat(code.find()).as("the guide has the client's text").isTrue();
        return code.group(1);
    }

    /** What the client's function gives. */
    JsonNode call(String command, Map<String, Object> given) {
        ObjectNode line = JSON.valueToTree(given);
        line.put("command", command);
        try {
            commands.write(line + "\n");
            commands.flush();
            String answer = answers.readLine();
            assertThat(answer).as("the client lives").isNotNull();
            JsonNode said = JSON.readTree(answer);
            assertThat(said.has("failed")).as(answer).isFalse();
            return said.get("done");
        } catch (IOException gone) {
            throw new UncheckedIOException(gone);
        }
    }

    JsonNode call(String command) {
        return call(command, Map.of());
    }

    /** Tells it to sync, and that it dies on the way, when it has kept its state so many times. */
    void dieWhileSyncing(int saves) throws IOException, InterruptedException {
        call("dieAfterSaves", Map.of("count", saves));
        commands.write("{\"command\":\"sync\"}\n");
        commands.flush();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(9);
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
