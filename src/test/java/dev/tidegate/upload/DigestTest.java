package dev.tidegate.upload;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidegate.model.BatchId;
import dev.tidegate.model.ClientId;
import dev.tidegate.model.ProfileName;
import dev.tidegate.policy.ChangeText;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class DigestTest {
    private static final ProfileName MOBILE = new ProfileName("Mobile");
    private final BatchId id = new BatchId(UUID.randomUUID());
    private final ClientId client = new ClientId(UUID.randomUUID());

    private Digest digest(Map<String, Object> attributes) {
        return Digest.of(MOBILE, batch(operation(attributes)));
    }

    private BatchText batch(ChangeText... operations) {
        return new BatchText(
                id, client, Optional.empty(), Optional.empty(), BatchScope.FULL, false, List.of(operations));
    }

    private static ChangeText operation(Map<String, Object> attributes) {
        return new ChangeText(
                ChangeText.Kind.CREATE,
                "Shop.Order",
                Optional.of("1"),
                Optional.empty(),
                attributes,
                Map.of(),
                "/operations/0");
    }

    private static Map<String, Object> ordered(Object... pairs) {
        Map<String, Object> map = new LinkedHashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            map.put(String.valueOf(pairs[i]), pairs[i + 1]);
        }
        return map;
    }

    @Test
    void the_order_of_keys_does_not_count_at_any_depth() {
        assertThat(digest(ordered("a", 1, "b", ordered("c", true, "d", 2))))
                .isEqualTo(digest(ordered("b", ordered("d", 2, "c", true), "a", 1)));
    }

    @Test
    void the_spelling_of_numbers_does_not_count() {
        assertThat(digest(ordered("a", 100))).isEqualTo(digest(ordered("a", new BigDecimal("1.00E+2"))));
        assertThat(digest(ordered("a", 0))).isEqualTo(digest(ordered("a", new BigDecimal("0E+999"))));
        assertThat(digest(ordered("a", 100L))).isNotEqualTo(digest(ordered("a", 101L)));
    }

    @Test
    void values_of_other_kinds_differ() {
        List<Object> values =
                List.of(1, "1", true, "true", "", List.of(), List.of(""), List.of(List.of()), Map.of(), 0);

        assertThat(values.stream().map(value -> digest(ordered("a", value)))).doesNotHaveDuplicates();
    }

    @Test
    void neighbours_do_not_run_into_each_other() {
        assertThat(digest(ordered("ab", "c"))).isNotEqualTo(digest(ordered("a", "bc")));
        assertThat(digest(ordered("a", List.of("b", "c")))).isNotEqualTo(digest(ordered("a", List.of("bc"))));
    }

    @Test
    void the_order_of_operations_and_the_envelope_count() {
        ChangeText one = operation(ordered("a", 1));
        ChangeText two = operation(ordered("a", 2));

        assertThat(Digest.of(MOBILE, batch(one, two))).isNotEqualTo(Digest.of(MOBILE, batch(two, one)));
        assertThat(Digest.of(MOBILE, batch(one))).isNotEqualTo(Digest.of(new ProfileName("Web"), batch(one)));
    }
}
