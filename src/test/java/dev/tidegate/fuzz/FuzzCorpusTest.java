package dev.tidegate.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Runs what fuzzing has left behind: the texts that together reach all that was ever reached. */
class FuzzCorpusTest {
    private static final Path CORPORA = Path.of("src/test/resources/dev/tidegate/fuzz");

    @Test
    void constraints() throws IOException {
        run("ConstraintTarget", 100, ConstraintTarget::fuzzerTestOneInput);
    }

    @Test
    void cursors() throws IOException {
        run("CursorTarget", 30, CursorTarget::fuzzerTestOneInput);
    }

    private static void run(String target, int least, Consumer<byte[]> fuzz) throws IOException {
        List<Path> corpus;
        try (Stream<Path> files = Files.list(CORPORA.resolve(target))) {
            corpus = files.sorted().toList();
        }
        assertThat(corpus).hasSizeGreaterThanOrEqualTo(least);
        for (Path input : corpus) {
            try {
                fuzz.accept(Files.readAllBytes(input));
            } catch (RuntimeException | AssertionError broken) {
                throw new AssertionError(target + " fails on " + input.getFileName(), broken);
            }
        }
    }
}
