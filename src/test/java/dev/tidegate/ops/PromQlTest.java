package dev.tidegate.ops;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PromQlTest {
    @Test
    void an_expression_is_taken_apart_into_what_it_asks_for() {
        PromQl query = PromQl.of("""
                histogram_quantile(0.99, sum by (le, store) (rate(a_seconds_bucket{namespace="$namespace", state="x"}[5m])))
                  / on (namespace) max by (pod) (b:c{code=~"d|e"}) > 1e3 or absent(up{job="f"} == 1) unless g offset 5m
                """);

        assertThat(query.selectors())
                .isEqualTo(List.of(
                        new PromQl.Selector("a_seconds_bucket", Map.of("state", "x"), Set.of("namespace")),
                        new PromQl.Selector("b:c", Map.of(), Set.of("code")),
                        new PromQl.Selector("up", Map.of("job", "f"), Set.of()),
                        new PromQl.Selector("g", Map.of(), Set.of())));
        assertThat(query.grouping()).containsExactlyInAnyOrder("le", "store", "namespace", "pod");
    }
}
