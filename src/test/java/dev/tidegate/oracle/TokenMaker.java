package dev.tidegate.oracle;

import dev.tidegate.model.ValueType;
import dev.tidegate.xpath.Formula;
import dev.tidegate.xpath.Value;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** Writes tokens and their arithmetic. */
final class TokenMaker {
    private static final Map<String, Formula.Unit> UNITS = Map.of(
            "Minute", Formula.Unit.MINUTE,
            "Hour", Formula.Unit.HOUR,
            "Day", Formula.Unit.DAY,
            "Week", Formula.Unit.WEEK,
            "Month", Formula.Unit.MONTH,
            "Year", Formula.Unit.YEAR);
    private static final Map<String, Formula.Length> LENGTHS = Map.of(
            "Second", Formula.Length.SECOND,
            "Minute", Formula.Length.MINUTE,
            "Hour", Formula.Length.HOUR,
            "Day", Formula.Length.DAY,
            "Week", Formula.Length.WEEK,
            "Month", Formula.Length.MONTH,
            "Year", Formula.Length.YEAR);
    private static final List<String> UNIT_NAMES =
            UNITS.keySet().stream().sorted().toList();
    private static final List<String> LENGTH_NAMES =
            LENGTHS.keySet().stream().sorted().toList();

    private final Dice dice;

    TokenMaker(Dice dice) {
        this.dice = dice;
    }

    private record Named(String text, Formula.Moment moment) {}

    private record Product(String text, Formula.Step step) {}

    /** A moment, perhaps with lengths before and after it. */
    Wording.Worded moment() {
        Named moment = named();
        StringBuilder text = new StringBuilder();
        List<Formula.Step> steps = new ArrayList<>();
        if (dice.percent(10)) {
            Product before = product(false, true);
            text.append(before.text()).append(" + ");
            steps.add(before.step());
        }
        text.append(moment.text());
        for (int i = dice.any(0, 0, 0, 1, 1, 2, 3); i > 0; i--) {
            boolean subtracted = dice.percent(50);
            Product product = product(subtracted, true);
            text.append(dice.any(" ", ""))
                    .append(subtracted ? "-" : "+")
                    .append(dice.any(" ", ""))
                    .append(product.text());
            steps.add(product.step());
        }
        return new Wording.Worded("'" + text + "'", new Value.Clock(new Formula(moment.moment(), steps)));
    }

    private Named named() {
        boolean utc = dice.percent(30);
        String suffix = utc ? "UTC%]" : "%]";
        Formula.Edge edge = dice.any(Formula.Edge.BEGIN, Formula.Edge.END);
        String of = edge == Formula.Edge.BEGIN ? "[%BeginOf" : "[%EndOf";
        return switch (dice.weighted(3, 6, 1, 1)) {
            case 0 ->
                new Named(
                        "[%CurrentDateTime" + suffix,
                        new Formula.Moment(Formula.Edge.NOW, Formula.Unit.MINUTE, 0, utc));
            case 1 -> {
                // Where a week begins is the one thing about units that is a convention.
                String unit = dice.percent(40) ? "Week" : dice.any(UNIT_NAMES);
                Formula.Unit meant = Objects.requireNonNull(UNITS.get(unit));
                yield new Named(of + "Current" + unit + suffix, new Formula.Moment(edge, meant, 0, utc));
            }
            case 2 -> new Named(of + "Yesterday" + suffix, new Formula.Moment(edge, Formula.Unit.DAY, -1, utc));
            default -> new Named(of + "Tomorrow" + suffix, new Formula.Moment(edge, Formula.Unit.DAY, 1, utc));
        };
    }

    private Product product(boolean subtracted, boolean calendar) {
        String name = dice.any(LENGTH_NAMES);
        Formula.Length length = Objects.requireNonNull(LENGTHS.get(name));
        boolean whole = length == Formula.Length.MONTH || length == Formula.Length.YEAR;
        if (whole && !calendar) {
            return product(subtracted, false);
        }
        String token = "[%" + name + "Length%]";
        String number = whole ? dice.any("1", "2", "12", "13", "100") : dice.any("1", "3", "0.5", "24", "1.001", "365");
        BigDecimal times = new BigDecimal(number);
        String text = switch (dice.upTo(4)) {
            case 0 -> {
                times = BigDecimal.ONE;
                yield token;
            }
            case 1 -> token + " * " + number;
            case 2 -> number + "*" + token;
            default -> {
                times = times.multiply(BigDecimal.TWO);
                yield number + " * " + token + " * 2";
            }
        };
        return new Product(text, new Formula.Step(subtracted ? times.negate() : times, length));
    }

    /** Lengths alone: milliseconds, where they are a number of the type. */
    Optional<Wording.Worded> milliseconds(ValueType type) {
        Product first = product(false, false);
        BigDecimal millis = millis(first);
        String text = first.text();
        if (dice.percent(40)) {
            boolean subtracted = dice.percent(50);
            Product second = product(subtracted, false);
            millis = millis.add(millis(second));
            text += (subtracted ? " - " : " + ") + second.text();
        }
        BigDecimal plain = millis.stripTrailingZeros();
        Object value;
        if (type == ValueType.DECIMAL) {
            value = millis;
        } else if (plain.scale() > 0 || plain.abs().compareTo(BigDecimal.valueOf(Integer.MAX_VALUE)) > 0) {
            return Optional.empty();
        } else {
            value = type == ValueType.INT32 ? (Object) plain.intValueExact() : (Object) plain.longValueExact();
        }
        return Optional.of(new Wording.Worded("'" + text + "'", new Value.Constant(type, value)));
    }

    private static BigDecimal millis(Product product) {
        long millis = switch (product.step().length()) {
            case SECOND -> 1_000;
            case MINUTE -> 60_000;
            case HOUR -> 3_600_000;
            case DAY -> 86_400_000;
            case WEEK -> 604_800_000;
            case MONTH, YEAR -> throw new IllegalStateException("of the calendar");
        };
        return product.step().times().multiply(BigDecimal.valueOf(millis));
    }
}
