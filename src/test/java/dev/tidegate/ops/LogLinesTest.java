package dev.tidegate.ops;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidegate.observation.Observation;
import dev.tidegate.testing.CapturedLog;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LogLinesTest {
    @Test
    void why_the_queue_fails_is_told_once_and_again_when_it_is_something_else() {
        LogLines lines = new LogLines();
        try (CapturedLog log = CapturedLog.of("dev.tidegate")) {
            for (String reason : List.of("the disk is full", "the disk is full", "it is shut down")) {
                lines.see(new Observation.QueueFailed(reason));
            }

            assertThat(log.lines()).hasSize(2);
            assertThat(log.lines().getFirst()).contains("the disk is full");
            assertThat(log.lines().getLast()).contains("it is shut down");
        }
    }

    @Test
    void a_line_names_some_of_very_many_and_says_how_many_there_are() {
        List<String> words = IntStream.range(0, 90).mapToObj(i -> "w" + i).toList();

        assertThat(LogLines.few(words)).isEqualTo("w0; w1; w2; w3; and 86 more");
        assertThat(LogLines.few(words.subList(0, 4))).isEqualTo("w0; w1; w2; w3");
    }
}
