package dev.tidegate.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidegate.model.Change;
import dev.tidegate.model.Model;
import dev.tidegate.model.ModelReader;
import dev.tidegate.model.ProfileName;
import dev.tidegate.model.RoleName;
import dev.tidegate.problem.Result;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class HashedStringsTest {
    private static final Model MODEL = ModelReader.read("""
                    modules:
                      Shop:
                        entities:
                          User:
                            store: field
                            attributes:
                              Name: { type: string }
                              Pin: { type: hashed-string, length: 4 }
                        access:
                          - { entity: Shop.User, roles: [Clerk], create: true, read: all, write: all }
                    profiles:
                      Mobile: { kind: native-mobile, sync: { Shop.User: all } }
                    """).model().orElseThrow();
    private final HashedStrings hashes = new HashedStrings(MODEL);

    private static ChangeText user(Object pin) {
        return new ChangeText(
                ChangeText.Kind.CREATE,
                "Shop.User",
                Optional.of("0f1c2b3a-0000-4000-8000-000000000001"),
                Optional.empty(),
                Map.of("Name", "Ada", "Pin", pin),
                Map.of(),
                "/operations/0");
    }

    private ChangeText hashed(String place, ChangeText operation) {
        return hashes.hash(operation, place);
    }

    private static Result<Change> decide(ChangeText operation, Route route) {
        return new ChangeRules(Rulebook.of(MODEL))
                .decide(
                        java.util.Objects.requireNonNull(MODEL.profiles().get(new ProfileName("Mobile"))),
                        Set.of(new RoleName("Clerk")),
                        operation,
                        route);
    }

    @Test
    void the_plain_text_is_gone_and_nothing_else_is() {
        ChangeText hashed = hashed("ada", user("1234"));

        assertThat(String.valueOf(hashed.attributes().get("Pin")))
                .matches("\\$pbkdf2-sha256\\$i=210000\\$[A-Za-z0-9+/]{22}\\$[A-Za-z0-9+/]{43}");
        assertThat(hashed.attributes()).containsEntry("Name", "Ada");
    }

    @Test
    void a_repeated_request_has_equal_content_and_places_differ() {
        assertThat(hashed("ada", user("1234"))).isEqualTo(hashed("ada", user("1234")));
        assertThat(hashed("ada", user("1234"))).isNotEqualTo(hashed("bob", user("1234")));
        assertThat(hashed("ada", user("1234"))).isNotEqualTo(hashed("ada", user("1235")));
    }

    @Test
    void what_is_no_string_is_not_kept() {
        assertThat(hashed("ada", user(1234)).attributes()).containsEntry("Pin", false);
    }

    @Test
    void the_length_is_judged_on_the_plain_text_and_only_once() {
        assertThat(decide(user("12345"), Route.BATCH)).isInstanceOf(Result.Refused.class);
        assertThat(decide(user("1234"), Route.BATCH)).isInstanceOf(Result.Ok.class);
        assertThat(decide(hashed("ada", user("1234")), Route.QUEUE)).isInstanceOf(Result.Ok.class);
    }

    @Test
    void a_hash_that_is_sent_back_stays_and_its_length_is_not_judged() {
        String hash = String.valueOf(hashed("ada", user("1234")).attributes().get("Pin"));
        ChangeText again = user(hash);
        BiPredicate<String, @Nullable Object> isHash = (member, value) -> hash.equals(value);

        assertThat(hashes.hash(again, "elsewhere", isHash)).isEqualTo(again);
        assertThat(hashes.hash(user("9876"), "elsewhere", isHash).attributes().get("Pin"))
                .asString()
                .startsWith("$pbkdf2-sha256$")
                .isNotEqualTo(hash);
        assertThat(decide(again, Route.BATCH)).isInstanceOf(Result.Refused.class);
        assertThat(decide(hashes.withoutHashes(again, isHash), Route.BATCH)).isInstanceOf(Result.Ok.class);
        assertThat(decide(hashes.withoutHashes(user("12345"), isHash), Route.BATCH))
                .isInstanceOf(Result.Refused.class);
    }
}
