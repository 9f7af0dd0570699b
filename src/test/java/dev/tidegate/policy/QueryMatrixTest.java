package dev.tidegate.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidegate.model.Profile;
import dev.tidegate.model.ProfileName;
import dev.tidegate.model.RoleName;
import dev.tidegate.problem.Place;
import dev.tidegate.problem.Result;
import dev.tidegate.problem.Violation;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Runs query-matrix.txt: what a person reads there is what the rules say. */
class QueryMatrixTest {
    private static final Rulebook RULEBOOK = Rulebook.of(PolicyModel.model());

    @TestFactory
    Stream<DynamicTest> the_matrix_says_what_the_rules_say() {
        List<String> lines = PolicyModel.text("query-matrix.txt").lines().toList();
        return IntStream.range(0, lines.size())
                .filter(i -> !lines.get(i).isBlank() && !lines.get(i).startsWith("#"))
                .mapToObj(i -> DynamicTest.dynamicTest((i + 1) + ": " + lines.get(i), () -> {
                    String[] cells = lines.get(i).split("\\|", -1);
                    assertThat(verdict(cells)).isEqualTo(cells[3].strip());
                }));
    }

    private static String verdict(String[] cells) {
        String[] who = cells[0].strip().split(" +", -1);
        Profile profile = Objects.requireNonNull(RULEBOOK.model().profiles().get(new ProfileName(who[0])));
        return switch (new QueryRules(RULEBOOK)
                .decide(
                        profile,
                        Set.of(new RoleName(who[1])),
                        query(cells[1].strip(), cells[2].strip()),
                        Site.valueOf(who[2].toUpperCase(Locale.ROOT)))) {
            case Result.Ok<DecidedQuery> _ -> "allowed";
            case Result.Refused<DecidedQuery>(var violations) ->
                violations.stream().map(QueryMatrixTest::print).collect(Collectors.joining(", "));
        };
    }

    private static QueryText query(String entity, String asked) {
        String[] parts = asked.split("(^| ); ", -1);
        Map<String, List<String>> more = new LinkedHashMap<>();
        for (int i = 1; i < parts.length; i++) {
            int equals = parts[i].indexOf('=');
            more.put(
                    parts[i].substring(0, equals),
                    List.of(parts[i].substring(equals + 1).split(",", -1)));
        }
        List<SortText> sort = new ArrayList<>();
        int at = 0;
        for (String key : more.getOrDefault("sort", List.of())) {
            sort.add(new SortText(key, false, at));
            at += key.length() + 1;
        }
        return new QueryText(
                entity,
                parts[0].isBlank() ? Optional.empty() : Optional.of(parts[0]),
                Set.of(),
                Optional.ofNullable(more.get("attributes")),
                more.getOrDefault("expand", List.of()),
                sort);
    }

    static String print(Violation violation) {
        return violation.code()
                + switch (violation.place()) {
                    case Place.InParameter in -> "@" + in.parameter() + ":" + in.position();
                    case Place.AtPointer at -> "@" + at.pointer();
                    case Place.Nowhere _ -> "";
                };
    }
}
