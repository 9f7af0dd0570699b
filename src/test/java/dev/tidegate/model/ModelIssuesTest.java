package dev.tidegate.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Every kind of mistake: its code, and the line and column that it is blamed on. */
class ModelIssuesTest {

    @Test
    void a_sound_model_has_no_issue() {
        assertThat(ModelReader.read(Mistake.SOUND).issues()).isEmpty();
    }

    @TestFactory
    Stream<DynamicTest> a_mistake_is_one_issue_in_its_place() {
        return Mistake.all().stream().map(mistake -> dynamicTest(mistake.toString(), () -> check(mistake)));
    }

    private static void check(Mistake mistake) {
        ModelText read = ModelReader.read(mistake.text());

        assertThat(read.issues())
                .extracting(ModelIssue::code, ModelIssue::at)
                .containsExactly(tuple(mistake.code(), mistake.position()));
        assertThat(read.issues()).allSatisfy(issue -> {
            assertThat(issue.detail()).endsWith(".");
            assertThat(issue.advice()).isNotBlank();
        });
        assertThat(read.model().isPresent())
                .isEqualTo(read.issues().getFirst().severity() == ModelIssue.Severity.WARNING);
    }

    @Test
    void all_mistakes_of_a_file_come_at_once_and_in_its_order() {
        ModelText read = ModelReader.read("""
                feature: {}
                modules:
                  Shop:
                    entities:
                      Item:
                        extends: Shop.Ghost
                        attributes:
                          Name: { type: strnig }
                      Box:
                        store: main
                        id: { type: uuid, sequence: s }
                    associations:
                      Item_Box: { from: Shop.Item, to: Shop.Bx, on-delete: no }
                    access:
                      - { entity: Shop.Box, read: [Wdth], write: all }
                profiles:
                  Phone:
                    kind: phone
                    sync: { Shop.Box: online }
                """);

        assertThat(read.model()).isEmpty();
        assertThat(read.issues())
                .extracting(issue -> issue.at().line() + ":" + issue.at().column() + " " + issue.code())
                .containsExactly(
                        "1:1 unknown-key",
                        "6:18 unknown-entity",
                        "8:25 unknown-type",
                        "11:27 misplaced-key",
                        "13:40 unknown-entity",
                        "13:60 unknown-value",
                        "15:9 missing-key",
                        "15:36 unknown-member",
                        "18:11 unknown-value",
                        "19:23 online-mode-disabled");
    }

    @Test
    void a_misspelt_name_gets_the_right_one_as_advice() {
        assertThat(advice("type: datetime", "type: datetme")).isEqualTo("Did you mean 'datetime'?");
        assertThat(advice("name: Login", "name: login")).isEqualTo("Did you mean 'Login'?");
        assertThat(advice("to: Shop.Remote", "to: Remote")).isEqualTo("Did you mean 'Shop.Remote'?");
        assertThat(advice("write: [Name,", "write: [Nmae,")).isEqualTo("Did you mean 'Name'?");
        assertThat(advice("kind: web", "kind: desktop")).isEqualTo("Known here: native-mobile, web-offline, web.");
    }

    @Test
    void a_cycle_of_generalizations_is_told_once_and_hides_no_more() {
        ModelText read = ModelReader.read("""
                modules:
                  A:
                    entities:
                      B: { extends: A.C }
                      C: { extends: A.B }
                      D: { extends: A.B, attributes: { X: { type: long } } }
                    access:
                      - { entity: A.D, roles: [R], read: [Unknowable] }
                profiles: {}
                """);

        assertThat(read.issues())
                .extracting(ModelIssue::code, ModelIssue::at)
                .containsExactly(tuple("generalization-cycle", new Position(4, 21)));
    }

    @Test
    void a_root_with_specializations_needs_a_discriminator() {
        ModelText read = ModelReader.read(Mistake.SOUND.replace("        discriminator: kind\n", ""));

        assertThat(read.issues())
                .extracting(ModelIssue::code, ModelIssue::at)
                .containsExactly(tuple("missing-discriminator", new Position(6, 7)));
    }

    @Test
    void online_needs_the_feature_wherever_it_is_used() {
        ModelText read = ModelReader.read(Mistake.SOUND.replace("online-sync-mode: true", "online-sync-mode: false"));

        assertThat(read.issues()).extracting(ModelIssue::code).containsExactly("online-mode-disabled");
    }

    @Test
    void what_is_no_model_at_all_is_an_issue() {
        List.of(
                        "",
                        "# nothing",
                        "~",
                        "text",
                        "- a",
                        "{}",
                        "\u0000",
                        "\ud800",
                        "{".repeat(100_000),
                        "a: &a [*a]",
                        "!!set {a}")
                .forEach(text -> {
                    ModelText read = ModelReader.read(text);
                    assertThat(read.issues()).as(text).isNotEmpty();
                    assertThat(read.model()).isEmpty();
                });
        assertThat(ModelReader.read("#".repeat(5_000_000)).issues())
                .extracting(ModelIssue::code)
                .containsExactly("too-large");
    }

    private static String advice(String right, String wrong) {
        return ModelReader.read(Mistake.SOUND.replaceFirst(java.util.regex.Pattern.quote(right), wrong))
                .issues()
                .getFirst()
                .advice();
    }
}
