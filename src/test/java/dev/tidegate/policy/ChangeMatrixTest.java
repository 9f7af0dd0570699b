package dev.tidegate.policy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tidegate.model.Change;
import dev.tidegate.model.EntityName;
import dev.tidegate.model.MemberValue;
import dev.tidegate.model.Profile;
import dev.tidegate.model.ProfileName;
import dev.tidegate.model.RoleName;
import dev.tidegate.problem.ProblemCode;
import dev.tidegate.problem.Result;
import dev.tidegate.problem.Violation;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Runs change-matrix.txt, and judges what a table cannot say. */
class ChangeMatrixTest {
    private static final String ID = "0d6c4f6e-59d9-4f0b-9f1c-2f9f0a6a7e11";
    private static final Set<RoleName> USER = Set.of(new RoleName("User"));
    private static final Rulebook RULEBOOK = Rulebook.of(PolicyModel.model());
    private static final ObjectMapper JSON = new ObjectMapper();

    private final ChangeRules rules = new ChangeRules(RULEBOOK);

    @TestFactory
    Stream<DynamicTest> the_matrix_says_what_the_rules_say() {
        List<String> lines = PolicyModel.text("change-matrix.txt").lines().toList();
        return IntStream.range(0, lines.size())
                .filter(i -> !lines.get(i).isBlank() && !lines.get(i).startsWith("#"))
                .mapToObj(i -> DynamicTest.dynamicTest((i + 1) + ": " + lines.get(i), () -> {
                    String[] cells = lines.get(i).split(" \\|", -1);
                    assertThat(verdict(cells)).isEqualTo(cells[4].strip());
                }));
    }

    private String verdict(String[] cells) throws Exception {
        String[] who = cells[0].strip().split(" +", -1);
        String[] what = cells[1].strip().split(" +", -1);
        Optional<String> id = what.length > 2 ? Optional.of(what[2].substring(3)) : Optional.of(ID);
        ChangeText change = new ChangeText(
                ChangeText.Kind.valueOf(what[0].toUpperCase(Locale.ROOT)),
                what[1],
                id,
                Optional.empty(),
                json(cells[2]),
                json(cells[3]),
                "/o");
        Route route = Route.valueOf(who[2].toUpperCase(Locale.ROOT));
        return switch (rules.decide(profile(who[0]), Set.of(new RoleName(who[1])), change, route)) {
            case Result.Ok<Change> _ -> "allowed";
            case Result.Refused<Change>(var violations) ->
                violations.stream().map(QueryMatrixTest::print).collect(Collectors.joining(", "));
        };
    }

    private static Map<String, Object> json(String text) throws Exception {
        return JSON.readValue(text, new TypeReference<LinkedHashMap<String, Object>>() {});
    }

    private static Profile profile(String name) {
        return Objects.requireNonNull(RULEBOOK.model().profiles().get(new ProfileName(name)));
    }

    private Change decided(ChangeText.Kind kind, String entity, Map<String, Object> attributes, Route route) {
        ChangeText text = new ChangeText(kind, entity, Optional.of(ID), Optional.empty(), attributes, Map.of(), "");
        return rules.decide(profile("Mobile"), USER, text, route).orRefuse();
    }

    @Nested
    class A_create {
        @Test
        void gets_the_defaults_of_what_it_leaves_out() {
            Change create = decided(ChangeText.Kind.CREATE, "M.Live", Map.of("Name", "x"), Route.LIVE);
            assertThat(create).isInstanceOfSatisfying(Change.Create.class, of -> {
                assertThat(of.id()).isEqualTo(UUID.fromString(ID));
                assertThat(of.members().stream()
                                .map(member -> member.member() + "="
                                        + (member instanceof MemberValue.OfAttribute set ? set.value() : ""))
                                .toList())
                        .containsExactly("Name=x", "Count=0", "Flag=false", "State=Open");
            });
        }

        @Test
        void without_an_id_is_given_one_when_it_is_live() {
            UUID given = new UUID(1, 2);
            ChangeText text = new ChangeText(
                    ChangeText.Kind.CREATE,
                    "M.Live",
                    Optional.empty(),
                    Optional.empty(),
                    Map.of("Name", "x"),
                    Map.of(),
                    "");
            Change create = new ChangeRules(RULEBOOK, () -> given)
                    .decide(profile("Mobile"), USER, text, Route.LIVE)
                    .orRefuse();
            assertThat(create.id()).isEqualTo(given);
        }
    }

    @Nested
    class Bytes {
        private final String most = Base64.getEncoder().encodeToString(new byte[ChangeRules.INLINE_BINARY]);
        private final String more = Base64.getEncoder().encodeToString(new byte[ChangeRules.INLINE_BINARY + 1]);

        private Result<Change> decided(String entity, String member, String value, Route route) {
            ChangeText text = new ChangeText(
                    ChangeText.Kind.UPDATE,
                    entity,
                    Optional.of(ID),
                    Optional.empty(),
                    Map.of(member, value),
                    Map.of(),
                    "/o");
            return rules.decide(profile("Mobile"), USER, text, route);
        }

        @Test
        void of_a_batch_are_so_many_at_most_and_more_are_uploaded_as_a_file() {
            assertThat(decided("M.Local", "Scan", most, Route.BATCH)).isInstanceOf(Result.Ok.class);
            assertThat(decided("M.Local", "Scan", more, Route.BATCH))
                    .isEqualTo(Result.refused(Violation.at(
                            "/o/attributes/Scan",
                            ProblemCode.TOO_LARGE,
                            "'Scan' has 65537 bytes; in a batch at most 65536 are allowed. Upload them with"
                                    + " PUT …/files/{fileId} first, and send {\"file\":\"<fileId>\"} instead.")));
        }

        @Test
        void of_a_batch_that_was_accepted_before_and_of_a_live_write_may_be_more() {
            assertThat(decided("M.Local", "Scan", more, Route.QUEUE)).isInstanceOf(Result.Ok.class);
            assertThat(decided("M.Live", "Content", more, Route.LIVE)).isInstanceOf(Result.Ok.class);
        }
    }

    @Nested
    class On_the_stored_object {
        private final List<Grant> grants = RULEBOOK.grants(USER, EntityName.parse("M.Live"));

        @Test
        void a_member_needs_a_grant_that_holds() {
            Change update = decided(ChangeText.Kind.UPDATE, "M.Live", Map.of("Partial", "x"), Route.LIVE);
            assertThat(objection(update, true, true)).isEmpty();
            assertThat(objection(update, true, false)).contains("read-only-member@/attributes/Partial");
            assertThat(objection(update, false, false)).contains("access-denied");
        }

        @Test
        void a_delete_needs_a_grant_that_holds() {
            Change delete = decided(ChangeText.Kind.DELETE, "M.Live", Map.of(), Route.LIVE);
            assertThat(objection(delete, true, false)).isEmpty();
            assertThat(objection(delete, false, true)).contains("access-denied");
        }

        @Test
        void a_create_is_not_judged() {
            Change create = decided(ChangeText.Kind.CREATE, "M.Live", Map.of("Name", "x"), Route.LIVE);
            assertThat(objection(create, false, false)).isEmpty();
        }

        private Optional<String> objection(Change change, boolean... holds) {
            Optional<Violation> objection = rules.objection(change, grants, holds, "");
            return objection.map(QueryMatrixTest::print);
        }
    }
}
