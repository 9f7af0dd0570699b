package dev.tidegate.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidegate.model.AggregateFunction;
import dev.tidegate.policy.AggregateText;
import dev.tidegate.policy.Caller;
import dev.tidegate.policy.QueryText;
import dev.tidegate.problem.Place;
import dev.tidegate.problem.ProblemCode;
import dev.tidegate.problem.Refusal;
import dev.tidegate.shape.ObjectShape;
import dev.tidegate.shape.ShownObject;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Sorting, expanding, counting and aggregating on PostgreSQL, as somebody who sees everything and somebody who does not. */
class LiveQueryOptionsTest {
    private static QueryStore store;

    @BeforeAll
    static void open() {
        store = new QueryStore();
    }

    @AfterAll
    static void close() {
        store.close();
    }

    @BeforeEach
    void fill() {
        store.database.run("TRUNCATE item, place, region, badge, tag, item_tag, box, crate");
        store.database.run(
                "INSERT INTO region VALUES (1, 10, true), (2, 20, false)",
                """
                INSERT INTO place VALUES ('open', 'B', true, 'seen', 9, 1), ('low', 'A', true, 'unseen', 1, 2),
                                         ('shut', 'C', false, 'secret', 9, 1)""",
                "INSERT INTO badge VALUES (" + id("b", 1) + ", 'one', true), (" + id("b", 2) + ", 'two', false)",
                "INSERT INTO tag VALUES (1, 'x'), (2, 'y'), (3, 'z')",
                "INSERT INTO box VALUES (" + id("c", 1) + ", 'Q.Box', 1), (" + id("c", 2) + ", 'Q.Crate', 2)",
                "INSERT INTO crate VALUES (" + id("c", 2) + ", 'oak')",
                """
                INSERT INTO item (id, name, rank, total, cost, at, done, kind, place_code, next_id, badge_id, box_id) VALUES
                  (%s, 'a', 1, 5000000000, 1.10, '2026-01-01T00:00:00.0009Z', true,  'Low', 'open', NULL, %s, %s),
                  (%s, 'b', 2, 5000000000, 2.20, 'infinity',                  true,  NULL,  'low',  %s,   %s, %s),
                  (%s, 'c', 2, NULL,       'NaN', NULL,                       false, 'mid', 'shut', %s,   NULL, NULL),
                  (%s, 'd', NULL, NULL,    NULL, NULL,                        NULL,  NULL,  'gone', NULL, NULL, NULL)""".formatted(
                                id("a", 1),
                                id("b", 1),
                                id("c", 1),
                                id("a", 2),
                                id("a", 1),
                                id("b", 2),
                                id("c", 2),
                                id("a", 3),
                                id("a", 1),
                                id("a", 4)),
                "INSERT INTO item_tag VALUES (" + id("a", 1) + ", 2), (" + id("a", 1) + ", 1), (" + id("a", 2)
                        + ", 1)");
        store.statements.clear();
    }

    @Nested
    class Sorting {
        @Test
        void over_a_reference_takes_an_object_without_one_as_empty() {
            assertThat(sorted(QueryStore.BOSS, "Q.Item_Place/Q.Place/Label")).isEqualTo("bacd");
            assertThat(sorted(QueryStore.BOSS, "Q.Item_Place/Q.Place/Label desc"))
                    .isEqualTo("dcab");
        }

        @Test
        void over_two_references_takes_every_hop_that_is_missing_as_empty() {
            String level = "Q.Item_Place/Q.Place/Q.Place_Region/Q.Region/Level";
            assertThat(sorted(QueryStore.BOSS, level, "Name desc")).isEqualTo("cabd");
            assertThat(sorted(QueryStore.BOSS, level + " desc", "Name")).isEqualTo("dbac");
        }

        @Test
        void does_not_tell_what_may_not_be_read() {
            assertThat(sorted(QueryStore.USER, "Q.Item_Place/Q.Place/Label desc"))
                    .isEqualTo("cdab");
            assertThat(sorted(QueryStore.USER, "Q.Item_Place/Q.Place/Hidden")).isEqualTo("abcd");
            assertThat(sorted(QueryStore.USER, "Q.Item_Place/Q.Place/Q.Place_Region/Q.Region/Level desc"))
                    .isEqualTo("bcda");
        }

        @Test
        void by_what_may_be_read_nowhere_is_refused() {
            assertThat(refused(store.query(QueryStore.USER, "Q.Place", 10, List.of(), "Q.Place_Region/Q.Region/Shown")))
                    .isEqualTo(ProblemCode.ACCESS_DENIED);
        }

        @Test
        void backward_over_a_one_to_one_reference_that_two_objects_have_by_mistake_keeps_one_row() {
            store.database.run("UPDATE item SET badge_id = " + id("b", 1) + " WHERE name = 'c'");
            List<ShownObject> badges = store.page(
                            store.query(QueryStore.BOSS, "Q.Badge", 10, List.of(), "Q.Item_Badge/Q.Item/Name desc"))
                    .objects();
            assertThat(badges.stream().map(object -> value(object, "Text"))).containsExactly("two", "one");
        }

        @Test
        void of_an_association_that_is_readable_in_some_objects_only_is_empty_in_the_others() {
            assertThat(sorted(QueryStore.USER, "Q.Item_Badge/Q.Badge/Text desc"))
                    .isEqualTo("bcda");
            assertThat(sorted(QueryStore.BOSS, "Q.Item_Badge/Q.Badge/Text desc"))
                    .isEqualTo("cdba");
        }
    }

    @Nested
    class A_cursor {
        @Test
        void is_handed_out_when_there_is_more_and_only_then() {
            Page two = store.page(store.items(QueryStore.BOSS, 2));
            assertThat(two.next()).isPresent();
            assertThat(store.page(QueryStore.after(
                            store.items(QueryStore.BOSS, 2), two.next().orElseThrow())))
                    .extracting(Page::next)
                    .isEqualTo(Optional.empty());
            assertThat(store.page(store.items(QueryStore.BOSS, 4)).next()).isEmpty();
            assertThat(store.page(store.items(QueryStore.BOSS, 0)).next()).isEmpty();
        }

        @Test
        void says_nothing_of_a_key_that_may_not_be_read() {
            PageRequest request = store.items(QueryStore.USER, 3, "Q.Item_Place/Q.Place/Label desc", "Name");
            String cursor = store.page(store.items(QueryStore.USER, 1, "Q.Item_Place/Q.Place/Label desc", "Name"))
                    .next()
                    .orElseThrow();
            String bytes = new String(
                    java.util.Base64.getUrlDecoder().decode(cursor), java.nio.charset.StandardCharsets.ISO_8859_1);
            assertThat(bytes).contains("c").doesNotContain("C");
            assertThat(names(store.page(request))).isEqualTo("cda");
        }

        @Test
        void is_for_its_query_and_its_caller_alone() {
            PageRequest request = store.items(QueryStore.USER, 1, "Name");
            String cursor = store.page(request).next().orElseThrow();
            assertThat(refused(QueryStore.after(store.items(QueryStore.USER, 1, "Name desc"), cursor)))
                    .isEqualTo(ProblemCode.INVALID_CURSOR);
            assertThat(refused(QueryStore.after(store.items(QueryStore.USER, 1), cursor)))
                    .isEqualTo(ProblemCode.INVALID_CURSOR);
            assertThat(refused(QueryStore.after(store.items(QueryStore.BOSS, 1, "Name"), cursor)))
                    .isEqualTo(ProblemCode.INVALID_CURSOR);
            assertThat(refused(
                            QueryStore.after(store.query(QueryStore.USER, "Q.Place", 1, List.of(), "Label"), cursor)))
                    .isEqualTo(ProblemCode.INVALID_CURSOR);
            assertThat(names(store.page(QueryStore.after(store.items(QueryStore.USER, 3, "Name"), cursor))))
                    .as("another limit")
                    .isEqualTo("bcd");
        }

        @Test
        void of_another_query_does_not_hide_what_is_wrong_with_this_one() {
            assertThat(refused(QueryStore.after(store.items(QueryStore.USER, 1, "Nmae"), "x")))
                    .isEqualTo(ProblemCode.UNKNOWN_MEMBER);
        }
    }

    @Nested
    class Expanding {
        @Test
        void shows_references_and_sets_in_their_order_and_null_for_what_is_not_there() {
            List<ShownObject> items = expanded(QueryStore.BOSS, "Q.Item", "Q.Item_Place", "Q.Item_Tag");
            assertThat(items.stream().map(item -> ids(item, "Q.Item_Place")))
                    .containsExactly(List.of("open"), List.of("low"), List.of("shut"), List.of());
            assertThat(items.stream().map(item -> ids(item, "Q.Item_Tag")))
                    .containsExactly(List.of("1", "2"), List.of("1"), List.of(), List.of());
        }

        @Test
        void takes_one_statement_for_each_hop() {
            var _ = expanded(
                    QueryStore.BOSS,
                    "Q.Item",
                    "Q.Item_Place/Q.Place_Region",
                    "Q.Item_Place",
                    "Q.Item_Tag",
                    "Q.Item_Place");
            assertThat(store.statements).hasSize(4);
        }

        @Test
        void goes_two_levels_deep() {
            ShownObject item = expanded(QueryStore.BOSS, "Q.Item", "Q.Item_Place/Q.Place/Q.Place_Region/Q.Region")
                    .getFirst();
            ShownObject place = only(item, "Q.Item_Place");
            assertThat(value(place, "Label")).isEqualTo("B");
            assertThat(value(only(place, "Q.Place_Region"), "Level")).isEqualTo(10);
        }

        @Test
        void goes_from_either_end() {
            List<ShownObject> places = expanded(QueryStore.BOSS, "Q.Place", "Q.Item_Place/Q.Item/Q.Item_Tag");
            assertThat(places.stream().map(place -> ids(place, "Q.Item_Place").size()))
                    .containsExactly(1, 1, 1);
            ShownObject item = place(places, "open", "Q.Item_Place");
            assertThat(ids(item, "Q.Item_Tag")).containsExactly("1", "2");
            List<ShownObject> tags = expanded(QueryStore.BOSS, "Q.Tag", "Q.Item_Tag");
            assertThat(tags.stream().map(tag -> ids(tag, "Q.Item_Tag").size())).containsExactly(2, 1, 0);
            List<ShownObject> badges = expanded(QueryStore.BOSS, "Q.Badge", "Q.Item_Badge");
            assertThat(badges.stream().map(badge -> value(only(badge, "Q.Item_Badge"), "Name")))
                    .containsExactly("a", "b");
        }

        @Test
        void tells_both_ways_of_an_association_with_itself_apart() {
            List<ShownObject> items =
                    expanded(QueryStore.BOSS, "Q.Item", "Q.Item_Next", "Q.Item_Next[reversed()]/Q.Item/Q.Item_Place");
            assertThat(items.getFirst().shape().expansions().stream().map(ObjectShape.OfExpansion::name))
                    .containsExactly("Q.Item_Next", "Q.Item_Next[reversed()]");
            assertThat(items.getFirst().expanded(0)).isEmpty();
            assertThat(items.getFirst().expanded(1).stream().map(item -> value(item, "Name")))
                    .containsExactly("b", "c");
            assertThat(ids(items.getFirst().expanded(1).getFirst(), "Q.Item_Place"))
                    .containsExactly("low");
        }

        @Test
        void shows_each_object_as_its_own_entity_by_the_rules_of_that() {
            List<ShownObject> items = expanded(QueryStore.BOSS, "Q.Item", "Q.Item_Box");
            assertThat(only(items.get(0), "Q.Item_Box").shape().entity()).hasToString("Q.Box");
            ShownObject crate = only(items.get(1), "Q.Item_Box");
            assertThat(crate.shape().entity()).hasToString("Q.Crate");
            assertThat(value(crate, "Wood")).isEqualTo("oak");
            assertThat(ids(expanded(QueryStore.USER, "Q.Item", "Q.Item_Box").getFirst(), "Q.Item_Box"))
                    .isEmpty();
        }

        @Test
        void shows_nothing_that_the_caller_may_not_read() {
            List<ShownObject> items =
                    expanded(QueryStore.USER, "Q.Item", "Q.Item_Place/Q.Place_Region", "Q.Item_Badge");
            assertThat(items.stream().map(item -> ids(item, "Q.Item_Place")))
                    .containsExactly(List.of("open"), List.of("low"), List.of(), List.of());
            ShownObject open = only(items.get(0), "Q.Item_Place");
            assertThat(members(open)).containsExactlyInAnyOrder("Label", "Open", "Rank", "Hidden");
            assertThat(open.shape().readOnly()).contains("Label");
            assertThat(ids(open, "Q.Place_Region")).containsExactly("1");
            ShownObject low = only(items.get(1), "Q.Item_Place");
            assertThat(members(low)).containsExactlyInAnyOrder("Label", "Open", "Rank");
            assertThat(ids(low, "Q.Place_Region")).isEmpty();
            assertThat(members(only(items.get(0), "Q.Item_Badge"))).containsExactlyInAnyOrder("Text", "Public");
            assertThat(members(only(items.get(1), "Q.Item_Badge"))).containsExactly("Public");
            assertThat(expansion(items.get(2), "Q.Item_Badge").readable()).isFalse();
        }

        @Test
        void works_where_the_association_itself_is_not_asked_for() {
            PageRequest request = store.query(QueryStore.USER, "Q.Item", 10, List.of("Q.Item_Place"));
            QueryText query = request.query();
            QueryText narrow = new QueryText(
                    query.entity(),
                    query.constraint(),
                    Set.of(),
                    Optional.of(List.of("Name", "Q.Item_Tag")),
                    query.expand(),
                    query.sort());
            ShownObject item = store.page(new PageRequest(
                            store.profile, QueryStore.USER, narrow, Map.of(), 10, 0, Optional.empty(), false))
                    .objects()
                    .getFirst();
            assertThat(item.shape().associations().stream().map(ObjectShape.OfEnd::name))
                    .containsExactly("Q.Item_Tag");
            assertThat(ids(item, "Q.Item_Place")).containsExactly("open");
        }

        @Test
        void of_a_set_with_more_than_a_thousand_objects_is_refused() {
            store.database.run(
                    "INSERT INTO tag SELECT n, 't' FROM generate_series(10, 1010) n",
                    "INSERT INTO item_tag SELECT " + id("a", 3) + ", n FROM generate_series(10, 1009) n",
                    "INSERT INTO item (id, place_code) SELECT gen_random_uuid(), 'shut' FROM generate_series(1, 999)");
            ShownObject tagged = store.page(store.query(QueryStore.BOSS, "Q.Item", 3, List.of("Q.Item_Tag"), "Name"))
                    .objects()
                    .getLast();
            assertThat(ids(tagged, "Q.Item_Tag")).hasSize(1_000);
            assertThat(ids(expanded(QueryStore.BOSS, "Q.Place", "Q.Item_Place").get(2), "Q.Item_Place"))
                    .hasSize(1_000);
            store.database.run(
                    "INSERT INTO item_tag VALUES (" + id("a", 3) + ", 1010)",
                    "INSERT INTO item (id, place_code) VALUES (gen_random_uuid(), 'shut')");
            assertThat(refused(store.query(QueryStore.BOSS, "Q.Item", 3, List.of("Q.Item_Tag"), "Name")))
                    .isEqualTo(ProblemCode.LIMIT_EXCEEDED);
            assertThatThrownBy(() -> store.page(
                            store.query(QueryStore.BOSS, "Q.Place", 10, List.of("Q.Place_Region", "Q.Item_Place"))))
                    .isInstanceOfSatisfying(Refusal.class, refusal -> {
                        assertThat(refusal.problem().violations().getFirst().place())
                                .isEqualTo(new Place.InParameter("expand", 15));
                        assertThat(refusal)
                                .hasMessageContaining("'Q.Item_Place'")
                                .hasMessageContaining("'shut'");
                    });
        }

        @Test
        void works_on_one_object() {
            QueryText text = new QueryText(
                    "Q.Item", Optional.empty(), Set.of(), Optional.empty(), List.of("Q.Item_Place"), List.of());
            ShownObject item = QueryStore.await(store.reads.object(new ObjectRequest(
                    store.profile, QueryStore.USER, text, id("a", 1).replace("'", ""))));
            assertThat(ids(item, "Q.Item_Place")).containsExactly("open");
        }

        private static ShownObject place(List<ShownObject> places, String code, String association) {
            return places.stream()
                    .filter(place -> place.id().equals(code))
                    .map(place -> only(place, association))
                    .findFirst()
                    .orElseThrow();
        }
    }

    @Nested
    class Counting {
        @Test
        void comes_with_the_page_in_one_statement() {
            assertThat(counted(store.items(QueryStore.BOSS, 2))).isEqualTo(OptionalLong.of(4));
            assertThat(store.statements).hasSize(1);
        }

        @Test
        void is_of_all_objects_wherever_the_page_is() {
            String cursor = store.page(store.items(QueryStore.BOSS, 3)).next().orElseThrow();
            assertThat(counted(QueryStore.after(store.items(QueryStore.BOSS, 1), cursor)))
                    .isEqualTo(OptionalLong.of(4));
            assertThat(counted(store.items(QueryStore.BOSS, 0))).isEqualTo(OptionalLong.of(4));
            PageRequest beyond = store.items(QueryStore.BOSS, 5);
            assertThat(counted(new PageRequest(
                            beyond.profile(),
                            beyond.caller(),
                            beyond.query(),
                            Map.of(),
                            5,
                            100,
                            Optional.empty(),
                            true)))
                    .isEqualTo(OptionalLong.of(4));
            assertThat(counted(store.query(QueryStore.USER, "Q.Place", 1, List.of())))
                    .as("readable ones")
                    .isEqualTo(OptionalLong.of(2));
        }

        private OptionalLong counted(PageRequest request) {
            return store.page(new PageRequest(
                            request.profile(),
                            request.caller(),
                            request.query(),
                            request.parameters(),
                            request.limit(),
                            request.offset(),
                            request.after(),
                            true))
                    .count();
        }
    }

    @Nested
    class An_aggregate {
        @Test
        void leaves_out_what_is_empty_or_reads_as_empty() {
            assertThat(aggregate("sum", "Cost")).isEqualTo(new BigDecimal("3.30"));
            assertThat(aggregate("max", "Cost")).isEqualTo(new BigDecimal("2.20"));
            assertThat(aggregate("count", "Cost")).isEqualTo(2L);
            assertThat(aggregate("max", "At")).isEqualTo(Instant.parse("2026-01-01T00:00:00Z"));
            assertThat(aggregate("count", "At")).isEqualTo(1L);
            assertThat(aggregate("count", "Done"))
                    .as("a boolean is never empty")
                    .isEqualTo(4L);
            assertThat(aggregate("count", null)).isEqualTo(4L);
        }

        @Test
        void of_whole_numbers_may_leave_their_range() {
            assertThat(aggregate("sum", "Total")).isEqualTo(new BigDecimal("10000000000"));
            assertThat(aggregate("sum", "Rank")).isEqualTo(new BigDecimal("5"));
            assertThat((BigDecimal) aggregate("avg", "Rank")).isBetween(new BigDecimal("1.66"), new BigDecimal("1.67"));
            assertThat(aggregate("min", "Rank")).isEqualTo(1);
            assertThat(aggregate("max", "Name")).isEqualTo("d");
        }

        @Test
        void of_nothing_is_empty() {
            store.database.run("TRUNCATE item");
            assertThat(aggregate("sum", "Cost")).isNull();
            assertThat(aggregate("avg", "Rank")).isNull();
            assertThat(aggregate("count", "Rank")).isEqualTo(0L);
        }

        @Test
        void is_over_objects_whose_attribute_may_be_read() {
            assertThat(aggregate(QueryStore.USER, "Q.Place", "count", "Hidden")).isEqualTo(1L);
            assertThat(aggregate(QueryStore.USER, "Q.Place", "max", "Hidden")).isEqualTo("seen");
            assertThat(aggregate(QueryStore.BOSS, "Q.Place", "max", "Hidden")).isEqualTo("unseen");
            assertThat(aggregate(QueryStore.USER, "Q.Place", "count", null)).isEqualTo(2L);
            assertThat(aggregate(QueryStore.USER, "Q.Badge", "min", "Text")).isEqualTo("one");
        }

        @Test
        void that_makes_no_sense_is_refused() {
            Map<String, ProblemCode> expected = new TreeMap<>(Map.of(
                    "sum Name", ProblemCode.TYPE_MISMATCH,
                    "avg At", ProblemCode.TYPE_MISMATCH,
                    "min Done", ProblemCode.TYPE_MISMATCH,
                    "max Kind", ProblemCode.TYPE_MISMATCH,
                    "max Nme", ProblemCode.UNKNOWN_MEMBER));
            Map<String, ProblemCode> found = expected.keySet().stream()
                    .collect(Collectors.toMap(
                            one -> one,
                            one -> code(() -> aggregate(one.substring(0, 3), one.substring(4))),
                            (a, _) -> a,
                            TreeMap::new));
            assertThat(found).isEqualTo(expected);
            assertThat(code(() -> aggregate("sum", null))).isEqualTo(ProblemCode.MALFORMED_REQUEST);
            assertThat(code(() -> aggregate(QueryStore.USER, "Q.Region", "count", "Shown")))
                    .isEqualTo(ProblemCode.ACCESS_DENIED);
        }

        private @Nullable Object aggregate(String function, @Nullable String attribute) {
            return aggregate(QueryStore.BOSS, "Q.Item", function, attribute);
        }

        private @Nullable Object aggregate(Caller caller, String entity, String function, @Nullable String attribute) {
            QueryText query = new QueryText(entity, Optional.empty(), Set.of(), Optional.empty(), List.of(), List.of());
            return QueryStore.await(store.reads.aggregate(new AggregateRequest(
                            store.profile,
                            caller,
                            new AggregateText(
                                    query,
                                    AggregateFunction.named(function).orElseThrow(),
                                    Optional.ofNullable(attribute)),
                            Map.of())))
                    .value();
        }
    }

    private static ProblemCode refused(PageRequest request) {
        return code(() -> store.page(request));
    }

    private static ProblemCode code(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        ProblemCode[] code = new ProblemCode[1];
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        Refusal.class, refusal -> code[0] = refusal.problem().code());
        return code[0];
    }

    private static String sorted(Caller caller, String... sort) {
        return names(store.page(store.items(caller, 10, sort)));
    }

    private static String names(Page page) {
        return page.objects().stream()
                .map(item -> String.valueOf(value(item, "Name")))
                .collect(Collectors.joining());
    }

    private static List<ShownObject> expanded(Caller caller, String entity, String... paths) {
        String[] sort = entity.equals("Q.Place") ? new String[] {"Rank", "Label"} : new String[0];
        return store.page(store.query(caller, entity, 10, List.of(paths), sort)).objects();
    }

    private static List<String> members(ShownObject object) {
        return object.shape().attributes().stream()
                .map(ObjectShape.OfAttribute::name)
                .toList();
    }

    private static @Nullable Object value(ShownObject object, String name) {
        return object.shape().attributes().stream()
                .filter(attribute -> attribute.name().equals(name))
                .map(object::value)
                .findFirst()
                .orElseThrow();
    }

    private static ShownObject only(ShownObject object, String association) {
        List<ShownObject> found = object.expanded(number(object, association));
        assertThat(found).hasSize(1);
        return found.getFirst();
    }

    private static List<String> ids(ShownObject object, String association) {
        return object.expanded(number(object, association)).stream()
                .map(found -> found.id().toString())
                .toList();
    }

    private static ObjectShape.OfExpansion expansion(ShownObject object, String association) {
        return object.shape().expansions().get(number(object, association));
    }

    private static int number(ShownObject object, String association) {
        return IntStream.range(0, object.shape().expansions().size())
                .filter(i -> object.shape().expansions().get(i).name().equals(association))
                .findFirst()
                .orElseThrow();
    }

    /** A UUID as SQL has it. */
    private static String id(String kind, int n) {
        return "'%s0000000-0000-4000-8000-%012d'".formatted(kind, n);
    }
}
