package dev.tidegate.ops;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LogLinesTest {
    @Test
    void a_line_names_some_of_very_many_and_says_how_many_there_are() {
        List<String> words = IntStream.range(0, 90).mapToObj(i -> "w" + i).toList();

        assertThat(LogLines.few(words)).isEqualTo("w0; w1; w2; w3; and 86 more");
        assertThat(LogLines.few(words.subList(0, 4))).isEqualTo("w0; w1; w2; w3");
    }
}
