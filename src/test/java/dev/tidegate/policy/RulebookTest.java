package dev.tidegate.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidegate.model.Model;
import dev.tidegate.model.ModelReader;
import dev.tidegate.model.ModelText;
import dev.tidegate.model.ProfileName;
import dev.tidegate.model.RoleName;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RulebookTest {
    private static final String MODEL = """
            features: { online-sync-mode: true }
            modules:
              M:
                entities:
                  A: { store: main, id: { type: long }, discriminator: kind, attributes: { Name: { type: string }, At: { type: datetime }, Pin: { type: hashed-string } } }
                  B: { extends: M.A, attributes: { Size: { type: integer } } }
                  C: { store: main, attributes: { Name: { type: string } } }
                  D: { store: other, attributes: { Name: { type: string } } }
                associations:
                  A_C: { from: M.A, to: M.C, on-delete: cascade }
                  A_D: { from: M.A, to: M.D }
                access:
                  - { entity: M.A, roles: [R], read: all, constraint: "%s" }
                  - { entity: M.C, roles: [R], delete: true, read: all }
            profiles:
              P: { kind: native-mobile, sync: { %s } }
            """;

    @Test
    void a_constraint_that_does_not_fit_is_an_error_with_its_inner_position() {
        assertThat(issues("[Nmae = 'x']", "M.A: all, M.B: all, M.C: all, M.D: all"))
                .contains("13 constraint-invalid An access rule of 'M.A': Attribute 'Nmae' is not part of 'M.A'."
                        + " Did you mean 'Name'? (position 1 of the constraint)");
        assertThat(issues("[Pin = 'x' and Name = $p]", "M.A: all"))
                .anyMatch(issue -> issue.startsWith("13 constraint-invalid An access rule of 'M.A': 'Pin' is hashed"))
                .anyMatch(issue -> issue.contains("uses the parameter $p"));
        assertThat(issues("[M.A_D/M.D/Name = 'x']", "M.A: all"))
                .anyMatch(issue -> issue.startsWith("13 cross-store-constraint"));
        assertThat(issues("[Name = 'x']", "M.A: { mode: by-xpath, constraint: '[not(M.A_D)]' }"))
                .anyMatch(issue -> issue.startsWith("16 cross-store-constraint")
                        && issue.contains("The sync constraint in profile 'P' of 'M.A': 'M.A_D' leads from store"
                                + " 'main' to store 'other'; a constraint cannot follow it. (position 5 of the"
                                + " constraint)"));
        assertThat(issues("[M.A_C = '[%CurrentUser%]']", "M.A: all"))
                .anyMatch(issue -> issue.contains("constraint-invalid") && issue.contains("names no user entity"));
        assertThat(issues("[Name = 'x']", "M.A: { mode: by-xpath, constraint: '[length(Name) = 1.5]' }"))
                .anyMatch(
                        issue -> issue.startsWith("16 constraint-invalid") && issue.contains("A length is an integer"));
    }

    @Test
    void never_goes_with_never() {
        assertThat(issues("[Name = 'x']", "M.A: never, M.B: never, M.C: all, M.D: never"))
                .anyMatch(issue -> issue.startsWith("16 never-association") && issue.contains("'M.A_C'"));
        assertThat(issues("[Name = 'x']", "M.A: all, M.B: never, M.C: never, M.D: never"))
                .anyMatch(issue -> issue.startsWith("16 never-generalization"));
        assertThat(issues("[Name = 'x']", "M.A: never, M.B: never, M.C: never, M.D: never"))
                .noneMatch(issue -> issue.contains(" never-"));
    }

    @Test
    void what_is_doubtful_is_a_warning() {
        assertThat(issues("[At < '[%CurrentDateTime%]']", "M.A: online, M.C: all"))
                .anyMatch(issue -> issue.contains(" clock-constraint "))
                .anyMatch(issue -> issue.contains(" unlisted-specialization ")
                        && issue.contains("queries on 'M.A' are prohibited"))
                .anyMatch(issue -> issue.contains(" unused-entity ") && issue.contains("'M.D'"))
                .anyMatch(issue -> issue.contains(" offline-delete ") && issue.contains("'cascade'"))
                .noneMatch(issue -> issue.contains("long-id"));
        assertThat(issues("[Name = 'x']", "M.A: all")).anyMatch(issue -> issue.contains(" long-id-without-sequence "));
    }

    @Test
    void a_model_with_errors_never_becomes_a_rulebook() {
        assertThatThrownBy(() -> Rulebook.of(read("[Nmae = 'x']", "M.A: all")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Nmae");
    }

    @Test
    void the_demo_has_no_errors_and_grants_what_its_rules_say() throws Exception {
        try (var in = Objects.requireNonNull(getClass().getResourceAsStream("/demo/field-service.yaml"))) {
            ModelText text = ModelReader.read(new String(in.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8));
            Rulebook rulebook = Rulebook.of(text.model().orElseThrow());
            var workOrder = dev.tidegate.model.EntityName.parse("FieldService.WorkOrder");
            assertThat(rulebook.grants(Set.of(new RoleName("Engineer")), workOrder))
                    .hasSize(2);
            assertThat(rulebook.grants(Set.of(new RoleName("Engineer"), new RoleName("nobody")), workOrder))
                    .isSameAs(rulebook.grants(Set.of(new RoleName("Engineer")), workOrder));
            assertThat(rulebook.grants(Set.of(), workOrder)).isEmpty();
            assertThat(rulebook.syncConstraint(new ProfileName("NativeMobile"), workOrder))
                    .isPresent();
            rulebook.model()
                    .profiles()
                    .values()
                    .forEach(profile -> assertThat(Manifest.of(rulebook, profile, Set.of(new RoleName("Engineer")))
                                    .entities())
                            .isNotEmpty());
        }
    }

    private static Model read(String constraint, String sync) {
        return ModelReader.read(MODEL.formatted(constraint, sync)).model().orElseThrow();
    }

    private static List<String> issues(String constraint, String sync) {
        ModelText text = ModelReader.read(MODEL.formatted(constraint, sync));
        Model model = text.model().orElseThrow(() -> new AssertionError(text.issues()));
        return Rulebook.issues(model, text.positions()).stream()
                .map(issue -> issue.at().line() + " " + issue.code() + " " + issue.detail())
                .toList();
    }
}
