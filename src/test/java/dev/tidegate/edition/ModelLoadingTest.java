package dev.tidegate.edition;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidegate.model.ModelIssue;
import dev.tidegate.ops.Demo;
import java.util.List;
import org.junit.jupiter.api.Test;

class ModelLoadingTest {

    @Test
    void the_demo_is_sound_and_without_a_warning() {
        ModelLoading demo = ModelLoading.of(Demo.content());

        assertThat(demo.issues()).isEmpty();
        assertThat(demo.rulebook()).isPresent();
    }

    @Test
    void issues_of_structure_and_of_meaning_come_together_in_the_order_of_the_file() {
        String text = Demo.model()
                .replace("read: [Login, Name, Engineer_Skill]", "read: [Login, Pin]")
                .replace("constraint: \"[Region = 'North']\"", "constraint: \"[Regon = 'North']\"")
                .replace("FieldService.Stroke:       never", "FieldService.Stroke:       all");

        ModelLoading loading = ModelLoading.ofText("model.yaml", text);

        assertThat(loading.rulebook()).isEmpty();
        assertThat(loading.issues())
                .extracting(ModelIssue::code)
                .containsExactly("never-sent", "constraint-invalid", "never-association");
        assertThat(loading.issues()).extracting(ModelIssue::at).isSorted();
        assertThat(loading.report()).contains("model.yaml is not valid: 2 errors, 1 warning.");
    }

    @Test
    void a_text_with_errors_of_structure_is_not_judged_further() {
        ModelLoading loading = ModelLoading.ofText("model.yaml", "modules: {}\n");

        assertThat(loading.issues()).extracting(ModelIssue::code).isEqualTo(List.of("missing-key"));
    }
}
