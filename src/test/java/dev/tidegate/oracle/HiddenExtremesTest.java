package dev.tidegate.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidegate.model.AggregateFunction;
import dev.tidegate.model.AttributeType;
import dev.tidegate.model.Model;
import dev.tidegate.model.ModelReader;
import dev.tidegate.model.Profile;
import dev.tidegate.model.ProfileName;
import dev.tidegate.model.RoleName;
import dev.tidegate.model.StoreName;
import dev.tidegate.policy.AggregateText;
import dev.tidegate.policy.Caller;
import dev.tidegate.policy.QueryRules;
import dev.tidegate.policy.QueryText;
import dev.tidegate.policy.Rulebook;
import dev.tidegate.policy.SortText;
import dev.tidegate.read.AggregateRequest;
import dev.tidegate.read.Cursors;
import dev.tidegate.read.LiveReads;
import dev.tidegate.read.PageRequest;
import dev.tidegate.read.ReadPlans;
import dev.tidegate.seal.Seal;
import io.smallrye.mutiny.Uni;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Values at the edges of what the store can hold, where the caller may not read them, change no answer: none of them makes a
 * function of the store fail.
 */
class HiddenExtremesTest {
    private static final String MODEL = """
            modules:
              H:
                entities:
                  Row:
                    store: field
                    id: { column: id, type: long }
                    attributes:
                      Name:  { type: string }
                      Rank:  { type: integer }
                      Total: { type: long }
                      Cost:  { type: decimal }
                      Price: { type: decimal }
                      At:    { type: datetime }
                      Bare:  { type: datetime }
                  Key:
                    store: field
                    id: { column: id, type: long }
                    attributes: { Open: { type: boolean } }
                  Holder:
                    store: field
                    id: { column: id, type: long }
                    attributes: { Word: { type: string } }
                associations:
                  Row_Key:    { from: H.Row, to: H.Key, column: key_id }
                  Holder_Row: { from: H.Holder, to: H.Row, column: row_id }
                access:
                  - { entity: H.Row, roles: [Rows], read: all, constraint: "[H.Row_Key/H.Key/Open]" }
                  - { entity: H.Row, roles: [Members], read: [Row_Key] }
                  - { entity: H.Row, roles: [Members], read: all, constraint: "[H.Row_Key/H.Key/Open]" }
                  - { entity: H.Key, roles: [Rows, Members], read: all }
                  - { entity: H.Holder, roles: [Rows, Members], read: all }
            profiles:
              Web: { kind: web }
            """;

    private static final String TABLES = """
            CREATE TABLE key (id bigint PRIMARY KEY, open boolean);
            CREATE TABLE row (id bigint PRIMARY KEY, name text, rank integer, total bigint, cost numeric, price numeric,
                              at timestamptz, bare timestamp, key_id bigint);
            CREATE TABLE holder (id bigint PRIMARY KEY, word text, row_id bigint);
            INSERT INTO key VALUES (1, true), (2, false);
            INSERT INTO row VALUES
              (1, 'a', 1, 2, 1.5, 2, '2026-03-29T00:30:00Z', '2026-03-29T00:30:00', 1),
              (2, 'b', 2, 3, 2.5, 1, '1969-12-31T23:59:59Z', '2024-02-29T12:00:00', 1),
              (3, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 1);
            INSERT INTO holder SELECT n, 'h', n FROM generate_series(1, 30) n;
            """;

    /** As the rows that members are hidden in look to who may not read them. */
    private static final String EMPTY = "INSERT INTO row (id, key_id) SELECT n, 2 FROM generate_series(10, 17) n";

    private static final String EXTREME = """
            DELETE FROM row WHERE key_id = 2;
            INSERT INTO row VALUES
              (10, repeat('\\%_', 100000), 2147483647, 9223372036854775807, 'NaN', 'Infinity', 'infinity', 'infinity', 2),
              (11, '', -2147483648, -9223372036854775808, '-Infinity', 'NaN', '-infinity', '-infinity', 2),
              (12, '9', 2147483647, 9223372036854775807, ('9' || repeat('9', 131071))::numeric,
               ('9' || repeat('9', 131071))::numeric, '294276-12-31T23:59:59.999999Z', '294276-12-31T23:59:59.999999', 2),
              (13, '9', 2147483647, 9223372036854775807, ('9' || repeat('9', 131071))::numeric, 0,
               '4714-11-24T00:00:00Z BC', '4714-11-24T00:00:00 BC', 2),
              (14, '-', 0, 0, ('0.' || repeat('0', 16382) || '1')::numeric, -('9' || repeat('9', 131071))::numeric,
               '10000-01-01T00:00:00Z', '10000-01-01T00:00:00', 2),
              (15, '-', 0, 0, 0, 0, '0001-01-01T00:00:00Z BC', '0001-01-01T00:00:00 BC', 2),
              (16, '-', 0, 0, 0, 0, '0002-12-31T23:59:59.999999Z BC', '0002-12-31T23:59:59.999999 BC', 2),
              (17, '-', 0, 0, 0, 0, '294276-12-31T23:59:59.9999Z', '4714-11-24T00:00:00.0001 BC', 2)
            """;

    private static final List<ZoneId> ZONES =
            List.of(ZoneId.of("UTC"), ZoneId.of("Pacific/Kiritimati"), ZoneId.of("America/New_York"));
    private static final List<String> PARTS =
            List.of("year", "month", "day", "hours", "minutes", "seconds", "quarter", "day-of-year", "week", "weekday");

    private static TrialStore store;
    private static LiveReads reads;
    private static Model model;

    @BeforeAll
    static void open() {
        store = new TrialStore(new StoreName("field"));
        store.database().run(TABLES);
        model = ModelReader.read(MODEL)
                .model()
                .orElseThrow(() -> new AssertionError(ModelReader.read(MODEL).issues()));
        reads = new LiveReads(
                model,
                new ReadPlans(model, new QueryRules(Rulebook.of(model))),
                store.source(),
                new Cursors(new Seal("a secret of the test's own making".getBytes(StandardCharsets.UTF_8))),
                Clock.systemUTC(),
                _ -> {});
    }

    @AfterAll
    static void close() {
        store.close();
    }

    @Test
    void change_no_answer() {
        store.database().run("DELETE FROM row WHERE key_id = 2");
        Map<String, String> without = answers("Rows");
        store.database().run(EMPTY);
        Map<String, String> empty = answers("Members");
        assertThat(without).hasSizeGreaterThan(300).allSatisfy(HiddenExtremesTest::isAnswered);
        assertThat(empty).hasSizeGreaterThan(300).allSatisfy(HiddenExtremesTest::isAnswered);

        store.database().run(EXTREME);

        assertThat(different(without, answers("Rows"))).isEmpty();
        assertThat(different(empty, answers("Members"))).isEmpty();
    }

    private static void isAnswered(String question, String answer) {
        assertThat(answer).as(question).startsWith("Answer").doesNotContain("Exception");
    }

    private static List<String> different(Map<String, String> before, Map<String, String> after) {
        List<String> different = new ArrayList<>();
        before.forEach((question, answer) -> {
            String now = Objects.requireNonNull(after.get(question));
            if (!now.equals(answer)) {
                different.add(question + "\n  was " + shortened(answer) + "\n  is  " + shortened(now));
            }
        });
        return different;
    }

    private static String shortened(String answer) {
        return answer.length() < 300 ? answer : answer.substring(0, 300) + "…";
    }

    private static Map<String, String> answers(String role) {
        Map<String, String> answers = new LinkedHashMap<>();
        for (ZoneId zone : ZONES) {
            Caller caller = new Caller("ursula", Set.of(new RoleName(role)), zone);
            conditions("").forEach(condition -> ask(answers, caller, "H.Row", condition, List.of(), List.of()));
            conditions("H.Holder_Row/H.Row/")
                    .forEach(condition -> ask(answers, caller, "H.Holder", condition, List.of(), List.of()));
        }
        Caller caller = new Caller("ursula", Set.of(new RoleName(role)));
        for (String member : List.of("Name", "Rank", "Total", "Cost", "Price", "At", "Bare")) {
            for (String direction : List.of("", " desc")) {
                ask(answers, caller, "H.Row", "", List.of(), List.of(member + direction));
                ask(answers, caller, "H.Holder", "", List.of(), List.of("H.Holder_Row/H.Row/" + member + direction));
            }
            aggregate(answers, caller, member);
        }
        ask(answers, caller, "H.Holder", "", List.of("H.Holder_Row"), List.of());
        return answers;
    }

    /** Every function, token, and kind of comparison, on members at the end of the path. */
    private static List<String> conditions(String path) {
        List<String> conditions = new ArrayList<>();
        for (String moment : List.of("At", "Bare")) {
            for (String part : PARTS) {
                String function = part + "-from-dateTime(" + path + moment;
                conditions.add(function + ") > 0");
                conditions.add(function + ") != 3");
                conditions.add("not(" + function + ") = 3)");
                conditions.add(function + ", 'Asia/Tokyo') <= 12");
            }
            for (String token : List.of("CurrentDateTime", "BeginOfCurrentYear", "EndOfCurrentWeekUTC")) {
                conditions.add(path + moment + " < '[%" + token + "%] - 2 * [%YearLength%]'");
            }
            conditions.add(path + moment + " != '0000-01-01T00:00:00Z'");
            conditions.add(path + moment + " > '9999-12-31T23:59:59.999Z'");
        }
        conditions.add(path + "At = " + path + "Bare");
        conditions.add(path + "At > " + path + "Bare");
        conditions.add("year-from-dateTime(" + path + "At) = year-from-dateTime(" + path + "Bare)");
        conditions.add("seconds-from-dateTime(" + path + "At) < length(" + path + "Name)");
        for (String number : List.of("Rank", "Total", "Cost", "Price")) {
            for (String comparator : List.of("=", "!=", "<", ">=")) {
                conditions.add(path + number + " " + comparator + " 2");
                conditions.add(path + number + " " + comparator + " " + path + "Cost");
                conditions.add(path + number + " " + comparator + " " + path + "Rank");
            }
            conditions.add("length(" + path + "Name) > " + path + number);
            conditions.add(path + number + " = empty");
        }
        conditions.add("length(" + path + "Name) > 0");
        for (String function : List.of("contains", "starts-with", "ends-with")) {
            conditions.add(function + "(" + path + "Name, '\\%_')");
        }
        return conditions;
    }

    private static void ask(
            Map<String, String> answers,
            Caller caller,
            String entity,
            String condition,
            List<String> expand,
            List<String> sort) {
        List<SortText> keys = sort.stream()
                .map(key -> new SortText(key.replace(" desc", ""), key.endsWith(" desc"), 0))
                .toList();
        PageRequest request = new PageRequest(
                profile(), caller, query(entity, condition, expand, keys), Map.of(), 100, 0, Optional.empty(), true);
        answers.put(
                caller.zone() + " " + entity + " [" + condition + "] " + expand + sort,
                answer(reads.page(request).map(Answer::of)));
    }

    private static void aggregate(Map<String, String> answers, Caller caller, String member) {
        AttributeType type = model.entities().values().stream()
                .flatMap(entity -> entity.attributes().values().stream())
                .filter(attribute -> attribute.name().equals(member))
                .findFirst()
                .orElseThrow()
                .type();
        for (AggregateFunction function : AggregateFunction.values()) {
            if (function.of(type).isPresent()) {
                AggregateText text =
                        new AggregateText(query("H.Row", "", List.of(), List.of()), function, Optional.of(member));
                answers.put(
                        caller.zone() + " " + function + " of " + member,
                        answer(reads.aggregate(new AggregateRequest(profile(), caller, text, Map.of()))
                                .map(Answer::of)));
            }
        }
    }

    private static QueryText query(String entity, String condition, List<String> expand, List<SortText> sort) {
        Optional<String> constraint = condition.isEmpty() ? Optional.empty() : Optional.of("[" + condition + "]");
        // All members only where there is no condition: the long ones take their time.
        Optional<List<String>> attributes = constraint.map(_ -> List.of(entity.equals("H.Row") ? "Rank" : "Word"));
        return new QueryText(entity, constraint, Set.of(), attributes, expand, sort);
    }

    private static String answer(Uni<Answer> asked) {
        return asked.map(answer -> "Answer " + answer)
                .onFailure()
                .recoverWithItem(failure -> failure.toString())
                .await()
                .atMost(Duration.ofSeconds(60));
    }

    private static Profile profile() {
        return Objects.requireNonNull(model.profiles().get(new ProfileName("Web")));
    }
}
