package dev.tidegate.read;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidegate.policy.Caller;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Pages by cursor while rows come, go and change between them: every row that did not change comes exactly once, in the
 * order that is worked out here, in memory, from the same data.
 */
class KeysetPagingTest {
    private static final int ROUNDS = 60;
    private static final int ITEMS = 50;

    private static QueryStore store;
    private static Connection connection;

    /** An item as the test knows it; {@code at} in microseconds. */
    private record Item(
            UUID id,
            @Nullable String name,
            @Nullable Integer rank,
            @Nullable Long total,
            @Nullable BigDecimal cost,
            @Nullable Long at,
            @Nullable Boolean done,
            @Nullable String kind,
            @Nullable String place) {}

    private record Place(
            @Nullable String label,
            boolean open,
            @Nullable Integer rank,
            @Nullable String hidden,
            Long region) {}

    private record Region(@Nullable Integer level, boolean shown) {}

    /** A sort key and what it is for an item; a text counts by its UTF-8 bytes. */
    private record Key(String path, Function<Item, @Nullable Comparable<?>> value) {}

    private final Map<String, Place> places = new LinkedHashMap<>();
    private final Map<Long, Region> regions = new LinkedHashMap<>();

    @BeforeAll
    static void open() throws SQLException {
        store = new QueryStore();
        connection = store.database.connect();
    }

    @AfterAll
    static void close() throws SQLException {
        connection.close();
        store.close();
    }

    @TestFactory
    Stream<DynamicTest> every_unchanged_row_comes_once_and_in_order() {
        long seed = 20261126;
        return Stream.iterate(seed, one -> one + 1)
                .limit(ROUNDS)
                .map(one -> DynamicTest.dynamicTest("seed " + one, () -> round(new Random(one))));
    }

    private void round(Random random) throws SQLException {
        store.database.run("TRUNCATE item, place, region");
        surroundings(random);
        List<Item> stable = new ArrayList<>();
        List<Item> passing = new ArrayList<>();
        for (int i = 0; i < ITEMS; i++) {
            Item item = item(random);
            (random.nextInt(4) == 0 ? passing : stable).add(item);
        }
        insert(stable);
        insert(passing);
        Caller caller = random.nextBoolean() ? QueryStore.USER : QueryStore.BOSS;
        List<Key> keys = keys(random, caller);
        List<Boolean> descending = keys.stream().map(_ -> random.nextBoolean()).toList();
        String[] sort = new String[keys.size()];
        Arrays.setAll(sort, i -> keys.get(i).path() + (descending.get(i) ? " desc" : ""));
        PageRequest first = store.items(caller, 1 + random.nextInt(7), sort);
        List<UUID> seen = new ArrayList<>();
        Optional<String> cursor = Optional.empty();
        int pages = 0;
        do {
            Page page = store.page(cursor.map(at -> QueryStore.after(first, at)).orElse(first));
            page.objects().forEach(object -> seen.add((UUID) object.id()));
            cursor = page.next();
            disturb(random, passing);
            assertThat(++pages).as("pages").isLessThan(20 * ITEMS);
        } while (cursor.isPresent());
        List<UUID> expected =
                stable.stream().sorted(order(keys, descending)).map(Item::id).toList();
        assertThat(seen.stream().filter(expected::contains).toList())
                .as("sorted by " + String.join(",", sort))
                .isEqualTo(expected);
    }

    private void surroundings(Random random) throws SQLException {
        regions.clear();
        places.clear();
        for (long id = 1; id <= 4; id++) {
            regions.put(id, new Region(maybe(random, random.nextInt(3)), random.nextBoolean()));
        }
        for (int i = 0; i < 8; i++) {
            places.put(
                    "p" + i,
                    new Place(
                            maybe(random, text(random)),
                            random.nextBoolean(),
                            maybe(random, random.nextInt(10)),
                            text(random),
                            1L + random.nextInt(5)));
        }
        for (Map.Entry<Long, Region> region : regions.entrySet()) {
            run(
                    "INSERT INTO region VALUES (?, ?, ?)",
                    region.getKey(),
                    region.getValue().level(),
                    region.getValue().shown());
        }
        for (Map.Entry<String, Place> place : places.entrySet()) {
            Place there = place.getValue();
            run(
                    "INSERT INTO place VALUES (?, ?, ?, ?, ?, ?)",
                    place.getKey(),
                    there.label(),
                    there.open(),
                    there.hidden(),
                    there.rank(),
                    there.region());
        }
    }

    /** Rows come, go and move, but for those that the test expects. */
    private static void disturb(Random random, List<Item> passing) throws SQLException {
        for (int i = random.nextInt(3); i > 0; i--) {
            Item fresh = item(random);
            passing.add(fresh);
            insert(List.of(fresh));
        }
        if (!passing.isEmpty() && random.nextBoolean()) {
            run(
                    "DELETE FROM item WHERE id = ?",
                    passing.remove(random.nextInt(passing.size())).id());
        }
        if (!passing.isEmpty()) {
            Item moved = passing.get(random.nextInt(passing.size()));
            Item to = item(random);
            run(
                    "UPDATE item SET name = ?, rank = ?, done = ?, place_code = ? WHERE id = ?",
                    to.name(),
                    to.rank(),
                    to.done(),
                    to.place(),
                    moved.id());
        }
    }

    private List<Key> keys(Random random, Caller caller) {
        boolean all = caller.equals(QueryStore.BOSS);
        List<Key> known = new ArrayList<>(List.of(
                new Key("id", item -> Text.of(item.id().toString())),
                new Key("Name", item -> Text.of(item.name())),
                new Key("Kind", item -> Text.of(item.kind())),
                new Key("Rank", Item::rank),
                new Key("Total", Item::total),
                new Key("Cost", item -> Amount.of(item.cost())),
                new Key("At", Item::at),
                new Key("Done", item -> Boolean.TRUE.equals(item.done())),
                new Key(
                        "Q.Item_Place/Q.Place/Label",
                        item -> place(item, all).map(Place::label).map(Text::of).orElse(null)),
                new Key(
                        "Q.Item_Place/Q.Place/Hidden",
                        item -> place(item, all)
                                .filter(place -> all || (place.rank() != null && place.rank() > 5))
                                .map(Place::hidden)
                                .map(Text::of)
                                .orElse(null)),
                new Key(
                        "Q.Item_Place/Q.Place/Open",
                        item -> place(item, all).map(Place::open).orElse(null)),
                new Key(
                        "Q.Item_Place/Q.Place/Q.Place_Region/Q.Region/Level",
                        item -> place(item, all)
                                .map(place -> regions.get(place.region()))
                                .filter(region -> all || region.shown())
                                .map(Region::level)
                                .orElse(null))));
        List<Key> chosen = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            chosen.add(known.remove(random.nextInt(known.size())));
        }
        return chosen;
    }

    private Optional<Place> place(Item item, boolean all) {
        return Optional.ofNullable(item.place()).map(places::get).filter(place -> all || place.open());
    }

    @SuppressWarnings({"unchecked", "rawtypes"})
    private static Comparator<Item> order(List<Key> keys, List<Boolean> descending) {
        Comparator<Item> order = (_, _) -> 0;
        for (int i = 0; i < keys.size(); i++) {
            Function<Item, @Nullable Comparable<?>> value = keys.get(i).value();
            Comparator<Item> one = (a, b) -> {
                Comparable left = value.apply(a);
                Comparable right = value.apply(b);
                if (left == null || right == null) {
                    return left == right ? 0 : left == null ? 1 : -1;
                }
                return left.compareTo(right);
            };
            order = order.thenComparing(descending.get(i) ? one.reversed() : one);
        }
        return order.thenComparing(item -> item.id().toString());
    }

    /** A text in the order of its UTF-8 bytes. */
    private record Text(String text) implements Comparable<Text> {
        static @Nullable Text of(@Nullable String text) {
            return text == null ? null : new Text(text);
        }

        @Override
        public int compareTo(Text other) {
            return Arrays.compareUnsigned(
                    text.getBytes(StandardCharsets.UTF_8), other.text.getBytes(StandardCharsets.UTF_8));
        }
    }

    /** What is not a number is above all numbers, as in the store; here it is this impossible one. */
    private record Amount(BigDecimal value) implements Comparable<Amount> {
        static @Nullable Amount of(@Nullable BigDecimal value) {
            return value == null ? null : new Amount(value);
        }

        @Override
        public int compareTo(Amount other) {
            return value.compareTo(other.value);
        }
    }

    private static final BigDecimal NAN = new BigDecimal("1e100");
    private static final long INFINITY = Long.MAX_VALUE;

    private static Item item(Random random) {
        return new Item(
                new UUID(random.nextLong(), random.nextLong()),
                maybe(random, text(random)),
                maybe(random, random.nextInt(4)),
                maybe(random, random.nextBoolean() ? random.nextLong() : random.nextInt(3)),
                maybe(random, cost(random)),
                maybe(random, at(random)),
                maybe(random, random.nextBoolean()),
                maybe(random, List.of("Low", "High", "mid").get(random.nextInt(3))),
                maybe(random, "p" + random.nextInt(9)));
    }

    private static BigDecimal cost(Random random) {
        return switch (random.nextInt(6)) {
            case 0 -> NAN;
            case 1 -> new BigDecimal("1.0");
            case 2 -> new BigDecimal("1.00");
            case 3 -> new BigDecimal("12345678901234567890.123456789" + random.nextInt(2));
            default -> new BigDecimal(random.nextInt(5) - 2).movePointLeft(random.nextInt(3));
        };
    }

    /** Many within one millisecond, which shows the same and still is not. */
    private static long at(Random random) {
        return switch (random.nextInt(8)) {
            case 0 -> INFINITY;
            case 1 -> -62_000_000_000_000_000L - random.nextInt(3);
            default -> 1_795_000_000_000_000L + random.nextInt(4) * 1_000L + random.nextInt(4);
        };
    }

    private static String text(Random random) {
        List<String> texts = List.of(
                "",
                " ",
                "a",
                "A",
                "ab",
                "ä",
                "Z",
                "z",
                "😀",
                "\uFFFD",
                "日本",
                "'; --",
                "\\",
                "%",
                "a\nb",
                "x".repeat(2_000));
        return texts.get(random.nextInt(texts.size()));
    }

    private static <T> @Nullable T maybe(Random random, T value) {
        return random.nextInt(5) == 0 ? null : value;
    }

    private static void insert(List<Item> items) throws SQLException {
        for (Item item : items) {
            run(
                    """
                    INSERT INTO item (id, name, rank, total, cost, at, done, kind, place_code)
                    VALUES (?, ?, ?, ?, ?::text::numeric, ?::text::timestamptz, ?, ?, ?)""",
                    item.id(),
                    item.name(),
                    item.rank(),
                    item.total(),
                    item.cost() == null
                            ? null
                            : item.cost().compareTo(NAN) == 0
                                    ? "NaN"
                                    : item.cost().toPlainString(),
                    item.at() == null ? null : item.at() == INFINITY ? "infinity" : moment(item.at()),
                    item.done(),
                    item.kind(),
                    item.place());
        }
    }

    private static String moment(long micros) {
        return java.time.Instant.ofEpochSecond(
                        Math.floorDiv(micros, 1_000_000L), Math.floorMod(micros, 1_000_000L) * 1_000L)
                .toString();
    }

    private static void run(String sql, @Nullable Object... values) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < values.length; i++) {
                statement.setObject(i + 1, values[i]);
            }
            statement.executeUpdate();
        }
    }
}
