package dev.tidegate;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidegate.testing.GatewayProcess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the README shows is what a new user gets: its curl calls, run as printed on a first start, and their answers. */
class ReadmeIT {
    private static final Pattern CALL = Pattern.compile("```sh\\n(curl .*?)```\\s*```json\\n(.*?)```", Pattern.DOTALL);

    private record Call(String command, String answer) {}

    @Test
    void the_first_five_calls_answer_as_printed(@TempDir Path directory) throws IOException, InterruptedException {
        List<Call> calls = calls();
        assertThat(calls).hasSize(5);
        ObjectMapper json = new ObjectMapper();
        Map<String, String> configuration =
                Map.of("tidegate.embedded.directory", directory.resolve("data").toString());
        try (GatewayProcess gateway = new GatewayProcess("readme", configuration).start()) {
            String address = gateway.at("").toString();
            for (Call call : calls) {
                String said = run(call.command().replace("http://localhost:8080", address));
                JsonNode answer = json.readTree(withoutTimes(said));
                withoutCursor(answer);
                assertThat(answer).as(call.command()).isEqualTo(json.readTree(call.answer()));
            }
        }
    }

    /** When it was is another moment for each. */
    private static String withoutTimes(String answer) {
        return answer.replaceAll("\"(acceptedAt|settledAt)\":\"[^\"]+\"", "\"$1\":\"…\"");
    }

    /** A cursor is signed with a secret that each installation has for itself. */
    private static void withoutCursor(JsonNode answer) {
        if (answer instanceof ObjectNode object && object.path("next").isTextual()) {
            object.put("next", "…");
        }
    }

    private static List<Call> calls() throws IOException {
        List<Call> calls = new ArrayList<>();
        Matcher matcher = CALL.matcher(Files.readString(Path.of("README.md")));
        while (matcher.find()) {
            calls.add(new Call(matcher.group(1), matcher.group(2)));
        }
        return calls;
    }

    private static String run(String command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder("sh", "-c", command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(command).isZero();
        return said;
    }
}
