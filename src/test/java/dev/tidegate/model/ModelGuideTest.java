package dev.tidegate.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What the guide says about the model file is so. */
class ModelGuideTest {

    private static String guide() throws IOException {
        return Files.readString(Path.of("src/docs/model.md"));
    }

    @Test
    void its_example_is_a_sound_model() throws IOException {
        Matcher example = Pattern.compile("```yaml\n(.*?)```", Pattern.DOTALL).matcher(guide());

        assertThat(example.find()).isTrue();
        assertThat(ModelReader.read(example.group(1)).issues()).isEmpty();
    }

    @Test
    void it_explains_every_code() throws IOException {
        String guide = guide();

        assertThat(Mistake.all()).allSatisfy(mistake -> assertThat(guide).contains("`" + mistake.code() + "`"));
    }
}
