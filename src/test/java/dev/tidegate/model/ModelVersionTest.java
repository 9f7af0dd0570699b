package dev.tidegate.model;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ModelVersionTest {

    @Test
    void it_is_16_hexadecimal_digits_and_the_same_for_the_same_text() {
        assertThat(version(Mistake.SOUND)).matches("[0-9a-f]{16}").isEqualTo(version(Mistake.SOUND));
    }

    @Test
    void comments_layout_and_the_order_of_keys_do_not_count() {
        assertThat(version("# a comment\n"
                        + Mistake.SOUND.replace(
                                "{ column: id, type: long, sequence", "{ type: long, column: id, sequence")))
                .isEqualTo(version(Mistake.SOUND));
        assertThat(version(Mistake.SOUND.replace(
                        "          Login: { type: string }\n          Age: { type: integer }\n",
                        "          Age: { type: integer }\n          Login: { type: string }\n")))
                .isEqualTo(version(Mistake.SOUND));
    }

    @Test
    void what_is_written_out_as_its_default_does_not_count() {
        assertThat(version(Mistake.SOUND.replace(", owner: default", ""))).isEqualTo(version(Mistake.SOUND));
    }

    @Test
    void what_shapes_answers_counts() {
        assertThat(version(Mistake.SOUND.replace("[Name = 'x']", "[Name = 'y']")))
                .isNotEqualTo(version(Mistake.SOUND));
        assertThat(version(Mistake.SOUND.replace("[New, Old]", "[Old, New]"))).isNotEqualTo(version(Mistake.SOUND));
        assertThat(version(Mistake.SOUND.replace("conflict: merge", "conflict: last-wins")))
                .isNotEqualTo(version(Mistake.SOUND));
        assertThat(version(Mistake.SOUND.replace("length: 20", "length: 21"))).isNotEqualTo(version(Mistake.SOUND));
        assertThat(version(Mistake.SOUND.replace("roles: [Clerk]", "roles: [Clerk, Boss]")))
                .isNotEqualTo(version(Mistake.SOUND));
    }

    private static String version(String yaml) {
        return ModelReader.read(yaml).model().orElseThrow().version();
    }
}
