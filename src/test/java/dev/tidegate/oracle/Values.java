package dev.tidegate.oracle;

import dev.tidegate.model.Attribute;
import dev.tidegate.model.AttributeType;
import dev.tidegate.model.DeclaredAttribute;
import dev.tidegate.model.IdType;
import dev.tidegate.model.Model;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalAdjusters;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;

/**
 * The few values that each attribute of one world takes, so that equal ones meet, drawn from those that are easily got
 * wrong.
 */
final class Values {
    private static final String LONG_TEXT = "a long text, ".repeat(40);

    /** Texts that are the same but for something; some of each are taken together. */
    private static final List<List<String>> TEXTS = List.of(
            List.of("a", "A", "ab", "aB", "AB", "b"),
            List.of("", " ", "a ", " a"),
            List.of("Äpfel", "äpfel", "ÄPFEL", "Apfel"),
            List.of("straße", "STRASSE", "STRAẞE", "ß", "ẞ"),
            List.of("İstanbul", "istanbul", "ISTANBUL", "ıstanbul", "i̇stanbul"),
            List.of("Σίσυφος", "σίσυφοσ", "ΣΊΣΥΦΟΣ", "ς"),
            List.of("\uD83D\uDE00", "\uD83D\uDE00a", "\uD83D\uDE01", "\uFF5E", "\uE000", "\uFFFD"),
            List.of("\uD801\uDC00", "\uD801\uDC28", "\uD801\uDC00x", "Ꭰ", "ꭰ", "Ა", "ა"),
            List.of("é", "e\u0301", "É", "E\u0301", "e"),
            List.of("ǆ", "ǅ", "Ǆ", "ﬁ", "fi", "FI"),
            List.of("K", "k", "\u212A", "\u017F", "s", "S"),
            List.of("%", "_", "\\", "100%", "a_b", "aXb", "a\\b", "\\%", "%%"),
            List.of("'", "''", "\"", "it's", "'; DROP TABLE x; --", "$1", "{}", "/*"),
            List.of("\n", "a\nb", "a\tb", "\r", "a b", "\u00A0", "\u200B"),
            List.of("1", "01", "1.0", "10", "2", "-1"),
            List.of(LONG_TEXT, LONG_TEXT + "x", "a long text, "),
            List.of("ada", "ADA", "O'Neil", "Zoë \uD83D\uDE00", "nobody"),
            List.of("One", "Two", "Everything", "one"));

    private static final List<Integer> INTEGERS =
            List.of(0, 1, -1, 2, 3, 5, 10, 100, 3_600_000, Integer.MAX_VALUE, Integer.MIN_VALUE);
    private static final List<Long> LONGS =
            List.of(0L, 1L, -1L, 2L, 5L, 86_400_000L, 1L << 53, (1L << 53) + 1, Long.MAX_VALUE, Long.MIN_VALUE);
    private static final List<String> DECIMALS = List.of(
            "0",
            "1",
            "1.0",
            "1.000",
            "-1.5",
            "-1.50",
            "0.1",
            "0.10",
            "0.3",
            "0.30000000000000004",
            "2",
            "5",
            "12345678901234567890.123456789",
            "12345678901234567890.123456788",
            "1" + "0".repeat(200),
            "0." + "0".repeat(150) + "1",
            "-0.000",
            "9007199254740993",
            "86400000");
    private static final List<Instant> EXTREMES = List.of(
            Instant.parse("0000-01-01T00:00:00Z"),
            Instant.parse("0000-12-31T23:59:59.999Z"),
            Instant.parse("0001-01-01T00:00:00Z"),
            Instant.parse("1582-10-10T12:00:00Z"),
            Instant.parse("1969-12-31T23:59:59.999Z"),
            Instant.EPOCH,
            Instant.parse("2000-02-29T12:00:00Z"),
            Instant.parse("9999-12-31T23:59:59.999Z"));

    private final Dice dice;
    private final Instant now;
    private final Map<DeclaredAttribute, List<Object>> pools = new HashMap<>();

    Values(Dice dice, Model model, Instant now) {
        this.dice = dice;
        this.now = now;
        model.entities()
                .forEach((name, entity) -> entity.attributes()
                        .values()
                        .forEach(attribute -> pools.put(new DeclaredAttribute(name, attribute), pool(attribute))));
    }

    /** A value of the attribute, as the store may hold it. */
    Object of(DeclaredAttribute attribute) {
        return of(attribute, dice);
    }

    Object of(DeclaredAttribute attribute, Dice by) {
        return by.any(Objects.requireNonNull(pools.get(attribute)));
    }

    private List<Object> pool(Attribute attribute) {
        Set<Object> pool = new LinkedHashSet<>();
        int size = dice.between(3, 7);
        while (pool.size() < size) {
            if (attribute.type() == AttributeType.BOOLEAN) {
                return List.of(true, false);
            }
            if (attribute.type() == AttributeType.STRING) {
                pool.addAll(dice.some(dice.any(TEXTS), 3));
            } else {
                pool.add(any(attribute));
            }
        }
        return List.copyOf(pool);
    }

    private Object any(Attribute attribute) {
        return switch (attribute.type()) {
            case STRING, HASHED_STRING -> dice.any(dice.any(TEXTS));
            case INTEGER -> dice.any(INTEGERS);
            case LONG, AUTONUMBER -> dice.any(LONGS);
            case DECIMAL -> new BigDecimal(dice.any(DECIMALS));
            case BOOLEAN -> dice.percent(50);
            case DATETIME -> moment();
            case ENUM -> dice.percent(5) ? "Unheard of" : dice.any(attribute.values());
            case BINARY ->
                new String(new char[] {'x', (char) ('a' + dice.upTo(20))}).getBytes(StandardCharsets.US_ASCII);
        };
    }

    /** Around now, at the edges of its units in some zone, or far away; a quarter of them finer than milliseconds. */
    private Instant moment() {
        if (dice.percent(20)) {
            return dice.any(EXTREMES);
        }
        ZoneId zone = dice.any(Zones.ALL);
        Instant near = now.plus(dice.any(0, 0, dice.between(-8, 8), dice.between(-8, 8), 30, -31, 365), ChronoUnit.DAYS)
                .plus(dice.between(-3, 3), ChronoUnit.HOURS);
        Instant edge = switch (dice.upTo(9)) {
            case 0 -> near.atZone(zone).toLocalDate().atStartOfDay(zone).toInstant();
            case 1 -> near.truncatedTo(ChronoUnit.HOURS);
            case 2 -> near.truncatedTo(ChronoUnit.MINUTES);
            case 3 -> near.truncatedTo(ChronoUnit.SECONDS);
            case 4 ->
                near.atZone(zone)
                        .toLocalDate()
                        .withDayOfMonth(1)
                        .atStartOfDay(zone)
                        .toInstant();
            // This week's first hours, whatever its first day is taken for.
            case 5, 6, 7 ->
                now.atZone(zone)
                        .toLocalDate()
                        .with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY))
                        .plusDays(dice.any(-1, 0, 0, 6, 7))
                        .atStartOfDay(zone)
                        .toInstant();
            default -> near.truncatedTo(ChronoUnit.MILLIS);
        };
        Instant shifted = edge.plusMillis(dice.any(0, 0, -1, 1));
        return dice.percent(25) ? shifted.plus(dice.any(1, 500, 999), ChronoUnit.MICROS) : shifted;
    }

    /** Ids that are all different. */
    List<Object> ids(IdType type, int many, Dice by) {
        Set<Object> ids = new LinkedHashSet<>();
        List<String> texts = new ArrayList<>(List.of(
                "a",
                "A",
                "ä",
                "é",
                "e\u0301",
                "\uD83D\uDE00",
                "\uFF5E",
                "'",
                "\"",
                "%",
                "\\",
                "a b",
                "$1",
                "x;--",
                "1",
                "01",
                "10",
                "9",
                "_",
                "true",
                "null",
                "/",
                "?",
                "#"));
        List<Long> longs = new ArrayList<>(
                List.of(0L, -1L, 1L, 2L, 10L, Long.MAX_VALUE, Long.MIN_VALUE, 1L << 53, (1L << 53) + 1, 9L));
        while (ids.size() < many) {
            ids.add(
                    switch (type) {
                        case UUID -> new UUID(by.bits(), by.bits());
                        case LONG ->
                            longs.isEmpty() || by.percent(50)
                                    ? (Object) (by.bits() >> by.upTo(60))
                                    : longs.removeLast();
                        case STRING -> texts.isEmpty() ? "n" + by.upTo(100_000) : texts.removeLast();
                    });
        }
        return by.some(ids, many);
    }
}
