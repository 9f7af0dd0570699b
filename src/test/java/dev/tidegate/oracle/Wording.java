package dev.tidegate.oracle;

import dev.tidegate.model.ValueType;
import dev.tidegate.read.ParameterValue;
import dev.tidegate.xpath.Value;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;

/** Ways to write one value in a constraint: literals of every form, and parameters of every form. */
final class Wording {
    private static final DateTimeFormatter LOCAL =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS", Locale.ROOT);

    private final Dice dice;
    private final boolean withParameters;
    private final UnaryOperator<Object> disguise;
    private final Map<String, Given> given = new LinkedHashMap<>();

    /** {@code disguise} makes another value of each that is written, of the same type. */
    Wording(Dice dice, boolean withParameters, UnaryOperator<Object> disguise) {
        this.dice = dice;
        this.withParameters = withParameters;
        this.disguise = disguise;
    }

    record Worded(String text, Value meant) {}

    Map<String, Given> given() {
        return given;
    }

    Worded of(ValueType type, Object typical) {
        return exactly(type, disguise.apply(typical));
    }

    /** Not disguised. */
    Worded exactly(ValueType type, Object value) {
        boolean looksLikeToken = value instanceof String text && text.contains("[%");
        return withParameters && (looksLikeToken || dice.percent(25)) ? parameter(type, value) : literal(type, value);
    }

    /** {@code empty} in one of its spellings, a parameter that is null among them. */
    String empty() {
        if (withParameters && dice.percent(30)) {
            String name = nextName();
            given.put(name, new Given(new ParameterValue.OfJson(null), null));
            return "$" + name;
        }
        return dice.any("empty", "NULL");
    }

    private Worded literal(ValueType type, Object value) {
        if (type == ValueType.DATETIME) {
            return moment((Instant) value);
        }
        String text = switch (type) {
            case TEXT -> quoted((String) value);
            case UUID -> quoted(dice.percent(20) ? value.toString().toUpperCase(Locale.ROOT) : value.toString());
            case BOOLEAN -> dice.any(value.toString(), value + "()", value + "( )", quoted(value.toString()));
            case INT32, INT64 -> number(value + dice.any("", "", ".0", ".00"));
            case DECIMAL -> number(decimal((BigDecimal) value));
            case DATETIME, BINARY -> throw new IllegalArgumentException(type + " is not written here");
        };
        return new Worded(text, new Value.Constant(type, value));
    }

    private String number(String digits) {
        return dice.percent(20) ? quoted(digits) : digits;
    }

    /** The same number with other digits. */
    private String decimal(BigDecimal value) {
        return value.setScale(Math.max(0, value.scale()) + dice.any(0, 0, 1, 5)).toPlainString();
    }

    private Worded moment(Instant value) {
        Instant millis = value.truncatedTo(ChronoUnit.MILLIS);
        ZoneId zone = dice.any(Zones.ALL);
        LocalDateTime local = LocalDateTime.ofInstant(millis, zone);
        LocalDateTime midnight = local.truncatedTo(ChronoUnit.DAYS);
        Value exact = new Value.Constant(ValueType.DATETIME, millis);
        int form = isWritable(local) ? dice.weighted(4, 2, 2, 3, 2) : dice.weighted(4, 2);
        return switch (form) {
            case 0 -> new Worded(quoted(value.toString()), exact);
            case 1 -> new Worded(seconds(millis), exact);
            case 2 -> new Worded(quoted(offset(millis, zone)), exact);
            case 3 -> new Worded(quoted(LOCAL.format(local)), new Value.LocalMoment(local));
            default -> new Worded(quoted(midnight.toLocalDate().toString()), new Value.LocalMoment(midnight));
        };
    }

    private static boolean isWritable(LocalDateTime local) {
        return local.getYear() >= 0 && local.getYear() <= 9999;
    }

    private static String offset(Instant instant, ZoneId zone) {
        return DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(
                instant.atZone(zone).toOffsetDateTime());
    }

    private static String seconds(Instant instant) {
        return BigDecimal.valueOf(instant.toEpochMilli(), 3).toPlainString();
    }

    private Worded parameter(ValueType type, Object value) {
        String name = nextName();
        Given sent = type == ValueType.DATETIME ? sentMoment((Instant) value) : sent(type, value);
        given.put(name, sent);
        return new Worded("$" + name, new Value.Parameter(name, type, 0));
    }

    private Given sent(ValueType type, Object value) {
        String text = value instanceof BigDecimal number ? decimal(number) : value.toString();
        if (dice.percent(50)) {
            return new Given(new ParameterValue.OfText(text), value);
        }
        boolean plain = type == ValueType.INT32 || type == ValueType.BOOLEAN;
        return new Given(new ParameterValue.OfJson(plain ? value : text), value);
    }

    private Given sentMoment(Instant value) {
        Instant millis = value.truncatedTo(ChronoUnit.MILLIS);
        LocalDateTime local = LocalDateTime.ofInstant(millis, ZoneOffset.UTC);
        return switch (dice.upTo(4)) {
            case 0 -> new Given(new ParameterValue.OfText(value.toString()), millis);
            case 1 -> new Given(new ParameterValue.OfJson(LOCAL.format(local)), local);
            case 2 -> new Given(new ParameterValue.OfText(seconds(millis)), millis);
            default -> new Given(new ParameterValue.OfJson(new BigDecimal(seconds(millis))), millis);
        };
    }

    private String nextName() {
        return dice.any("p", "currentObject", "_", "P") + given.size();
    }

    String quoted(String text) {
        String quote = dice.any("'", "\"");
        return quote + text.replace(quote, quote + quote) + quote;
    }
}
