package dev.tidegate.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Damaged model files: the reader answers with a model or with errors, and never throws. */
class ModelReaderFuzzTest {
    private static final int FILES = 2_000;
    private static final List<String> SPLINTERS = List.of(
            ":",
            "- ",
            "\n",
            "  ",
            "{",
            "}",
            "[",
            "]",
            "'",
            "\"",
            "#",
            "&a ",
            "*a",
            "!!int ",
            "~",
            "\t",
            "|",
            ">",
            "%",
            "?",
            "\u0000",
            "\ud800",
            "\ud83d\ude00",
            "all",
            "null",
            "true",
            "-1",
            "1e9",
            "FieldService.",
            "extends: ",
            "---\n");

    @Test
    void no_damaged_file_makes_it_throw() throws IOException {
        long seed = Long.getLong("seed", 20261122L);
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        List<String> sources = List.of(Mistake.SOUND, Mistake.SOUND, Mistake.SOUND, DemoModelTest.text());
        for (int i = 0; i < FILES; i++) {
            String text = sources.get(random.nextInt(sources.size()));
            for (int damage = random.nextInt(4); damage >= 0; damage--) {
                text = damaged(text, random);
            }
            check(text);
        }
    }

    private static void check(String text) {
        ModelText read = ModelReader.read(text);
        boolean wrong = read.issues().stream().anyMatch(issue -> issue.severity() == ModelIssue.Severity.ERROR);
        assertThat(read.model().isEmpty()).as(text).isEqualTo(wrong);
        long lines = text.lines().count() + 1;
        assertThat(read.issues()).as(text).allSatisfy(issue -> {
            assertThat(issue.at().line()).isBetween(1, (int) lines + 1);
            assertThat(issue.at().column()).isPositive();
        });
    }

    private static String damaged(String text, Random random) {
        int from = random.nextInt(text.length() + 1);
        int to = Math.min(text.length(), from + random.nextInt(30));
        return switch (random.nextInt(5)) {
            case 0 -> text.substring(0, from) + text.substring(to);
            case 1 -> text.substring(0, from) + SPLINTERS.get(random.nextInt(SPLINTERS.size())) + text.substring(from);
            case 2 -> text.substring(0, to) + text.substring(from);
            case 3 -> swappedWords(text, random);
            default -> text.substring(0, from) + (char) random.nextInt(0x2100) + text.substring(from);
        };
    }

    private static String swappedWords(String text, Random random) {
        String[] words = text.split("(?<=\\W)|(?=\\W)", -1);
        int a = random.nextInt(words.length);
        int b = random.nextInt(words.length);
        String word = words[a];
        words[a] = words[b];
        words[b] = word;
        return String.join("", words);
    }
}
