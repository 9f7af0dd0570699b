package dev.tidegate.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidegate.model.ModelReader;
import dev.tidegate.model.Profile;
import dev.tidegate.model.ProfileName;
import dev.tidegate.model.RoleName;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ChecksTest {
    private static final Rulebook RULEBOOK = Rulebook.of(PolicyModel.model());
    private static final Profile MOBILE =
            Objects.requireNonNull(RULEBOOK.model().profiles().get(new ProfileName("Mobile")));

    @Test
    void a_query_on_an_offline_entity_runs_on_the_device_unless_it_is_live() {
        assertThat(query("M.Local", "[length(Name) > 3]", false)).isEqualTo("DEVICE");
        assertThat(query("M.Local", "[Name = 'x']", true)).isEqualTo("SERVER entity-not-online");
        assertThat(query("M.Live", "[M.Live_Local]", false)).isEqualTo("SERVER cross-mode-constraint@constraint:1");
        assertThat(query("M.Nix", "[Name]", false)).isEqualTo("SERVER unknown-entity");
    }

    @Test
    void a_write_is_judged_by_its_members() {
        assertThat(write(ChangeText.Kind.UPDATE, "M.Local", false, "Name", "M.Local_Live"))
                .isEqualTo("DEVICE");
        assertThat(write(ChangeText.Kind.UPDATE, "M.Local", true, "Name")).isEqualTo("SERVER entity-not-online");
        assertThat(write(ChangeText.Kind.UPDATE, "M.Live", false, "Name", "M.Live_Local", "Hidden", "Number"))
                .isEqualTo("SERVER read-only-member@/members/2, read-only-member@/members/3,"
                        + " read-only-association@/members/1");
        assertThat(write(ChangeText.Kind.UPDATE, "M.Live", false, "Nmae"))
                .isEqualTo("SERVER unknown-member@/members/0");
        assertThat(write(ChangeText.Kind.CREATE, "M.Counter", false, "Name")).isEqualTo("DEVICE validation-failed");
    }

    @Test
    void a_batch_is_judged_operation_by_operation() {
        ChangeText update = new ChangeText(
                ChangeText.Kind.UPDATE,
                "M.Live",
                Optional.of("0d6c4f6e-59d9-4f0b-9f1c-2f9f0a6a7e11"),
                Optional.empty(),
                Map.of("Name", "x"),
                Map.of(),
                "/operations/0");
        assertThat(verdict(List.of(), List.of(), List.of(new ChecksText.OfBatch("b", List.of(update)))))
                .isEqualTo("SERVER online-entity-in-batch@/operations/0/entity");
    }

    @Test
    void a_query_on_a_hierarchy_that_is_not_downloaded_whole_is_allowed_with_a_warning() {
        Rulebook rulebook = Rulebook.of(ModelReader.read("""
                        modules:
                          M:
                            entities:
                              Task: { store: s, discriminator: kind, attributes: { Name: { type: string } } }
                              Visit: { extends: M.Task }
                              Draft: { extends: M.Task }
                            access:
                              - { entity: M.Task, roles: [User], read: all }
                        profiles:
                          Mobile:
                            kind: native-mobile
                            sync: { M.Task: all, M.Visit: all, M.Draft: nothing-clear }
                        """).model().orElseThrow());
        Profile mobile = Objects.requireNonNull(rulebook.model().profiles().get(new ProfileName("Mobile")));

        assertThat(warnings(rulebook, mobile, "M.Task")).containsExactly("incomplete-hierarchy");
        assertThat(warnings(rulebook, mobile, "M.Visit")).isEmpty();
    }

    private static List<String> warnings(Rulebook rulebook, Profile profile, String entity) {
        QueryText query = new QueryText(entity, Optional.empty(), Set.of(), Optional.empty(), List.of(), List.of());
        ChecksText checks = new ChecksText(
                Set.of(new RoleName("User")), List.of(new ChecksText.OfQuery("q", query, false)), List.of(), List.of());
        CheckVerdict verdict = new Checks(rulebook).judge(profile, checks).getFirst();
        return verdict.warnings().stream().map(CheckVerdict.Warning::code).toList();
    }

    private static String query(String entity, String constraint, boolean live) {
        QueryText query =
                new QueryText(entity, Optional.of(constraint), Set.of(), Optional.empty(), List.of(), List.of());
        return verdict(List.of(new ChecksText.OfQuery("q", query, live)), List.of(), List.of());
    }

    private static String write(ChangeText.Kind op, String entity, boolean live, String... members) {
        return verdict(List.of(), List.of(new ChecksText.OfWrite("w", op, entity, List.of(members), live)), List.of());
    }

    private static String verdict(
            List<ChecksText.OfQuery> queries, List<ChecksText.OfWrite> writes, List<ChecksText.OfBatch> batches) {
        ChecksText checks = new ChecksText(Set.of(new RoleName("User")), queries, writes, batches);
        CheckVerdict verdict = new Checks(RULEBOOK).judge(MOBILE, checks).getFirst();
        String violations =
                verdict.violations().stream().map(QueryMatrixTest::print).collect(Collectors.joining(", "));
        return (verdict.runsOn() + " " + violations).strip();
    }
}
