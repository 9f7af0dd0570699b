package dev.tidegate.api;

import static dev.tidegate.problem.ProblemCode.LIMIT_EXCEEDED;
import static dev.tidegate.problem.ProblemCode.MALFORMED_REQUEST;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of a request's query string, read by name and type as a {@link JsonObject} is: everything that is wrong is
 * noted, unknown and repeated parameters too, and {@link #finish} refuses. Percent-encoding is read strictly, a plus is
 * a space.
 */
final class QueryString {
    private static final Pattern WHOLE_NUMBER = Pattern.compile("-?[0-9]+");

    private final Map<String, String> values = new LinkedHashMap<>();
    private final Set<String> asked = new LinkedHashSet<>();
    private final Violations violations = new Violations();

    private QueryString() {}

    /** Reads what stands behind the question mark; null and empty hold nothing. */
    static QueryString parse(@Nullable String raw) {
        QueryString query = new QueryString();
        if (raw != null) {
            for (String pair : raw.split("&", -1)) {
                if (!pair.isEmpty()) {
                    query.add(pair);
                }
            }
        }
        return query;
    }

    private void add(String pair) {
        int equals = pair.indexOf('=');
        Optional<String> name = PercentEncoding.decodeForm(equals < 0 ? pair : pair.substring(0, equals));
        Optional<String> value = equals < 0 ? Optional.of("") : PercentEncoding.decodeForm(pair.substring(equals + 1));
        if (name.isEmpty()) {
            violations.in("", MALFORMED_REQUEST, "The name of a parameter is not properly percent-encoded UTF-8.");
            return;
        }
        String shown = Texts.shorten(name.get());
        if (value.isEmpty()) {
            violations.in(shown, MALFORMED_REQUEST, "Parameter '" + shown + "' is not properly percent-encoded UTF-8.");
        } else if (value.get().indexOf(0) >= 0) {
            violations.in(shown, MALFORMED_REQUEST, "Parameter '" + shown + "' holds a NUL character.");
        }
        if (values.containsKey(name.get())) {
            violations.in(shown, MALFORMED_REQUEST, "Parameter '" + shown + "' occurs twice. Send it once.");
        }
        values.putIfAbsent(name.get(), value.orElse(""));
    }

    Optional<String> text(String name) {
        asked.add(name);
        return Optional.ofNullable(values.get(name));
    }

    /** A list separated by commas; an empty text is an empty list. */
    Optional<List<String>> list(String name) {
        return text(name).map(text -> text.isEmpty() ? List.of() : List.of(text.split(",", -1)));
    }

    boolean bool(String name) {
        return switch (text(name).orElse("false")) {
            case "true" -> true;
            case "false" -> false;
            default -> {
                violations.in(name, MALFORMED_REQUEST, "Parameter '" + name + "' has to be true or false.");
                yield false;
            }
        };
    }

    /** A whole number; above {@code most} is {@code limit-exceeded}, below {@code least} is malformed. */
    OptionalInt integer(String name, int least, int most) {
        Optional<String> text = text(name);
        if (text.isEmpty()) {
            return OptionalInt.empty();
        }
        if (!WHOLE_NUMBER.matcher(text.get()).matches()) {
            violations.in(name, MALFORMED_REQUEST, "Parameter '" + name + "' has to be a whole number.");
            return OptionalInt.empty();
        }
        long value = saturated(text.get());
        if (value > most) {
            violations.in(
                    name, LIMIT_EXCEEDED, "Parameter '" + name + "' is above " + most + ", the most that is allowed.");
        } else if (value < least) {
            violations.in(name, MALFORMED_REQUEST, "Parameter '" + name + "' has to be at least " + least + ".");
        } else {
            return OptionalInt.of((int) value);
        }
        return OptionalInt.empty();
    }

    Optional<UUID> uuid(String name) {
        return text(name).flatMap(text -> {
            Optional<UUID> uuid = Texts.uuid(text);
            if (uuid.isPresent()) {
                return uuid;
            }
            violations.in(name, MALFORMED_REQUEST, "Parameter '" + name + "' has to be a UUID.");
            return Optional.empty();
        });
    }

    Optional<Instant> instant(String name) {
        return text(name).flatMap(text -> {
            Optional<Instant> instant = Texts.instant(text);
            if (instant.isEmpty()) {
                violations.in(name, MALFORMED_REQUEST, "Parameter '" + name + "' " + Texts.INSTANT_FORM);
            }
            return instant;
        });
    }

    /** Notes that a parameter without which the call makes no sense is absent. */
    void require(String name) {
        asked.add(name);
        if (!values.containsKey(name)) {
            violations.in(name, MALFORMED_REQUEST, "Parameter '" + name + "' is missing.");
        }
    }

    /** The parameters whose names begin with a dollar, without it: what a constraint's {@code $name} stands for. */
    Map<String, String> dollarParameters() {
        Map<String, String> parameters = new LinkedHashMap<>();
        values.forEach((name, value) -> {
            if (name.startsWith("$")) {
                asked.add(name);
                parameters.put(name.substring(1), value);
            }
        });
        return parameters;
    }

    /** Notes what the reader of a parameter found besides. */
    Violations violations() {
        return violations;
    }

    /** Ends the reading: refuses when anything is wrong. */
    void finish() {
        List<String> known = new ArrayList<>(asked);
        for (String name : values.keySet()) {
            if (!asked.contains(name)) {
                String shown = Texts.shorten(name);
                violations.in(
                        shown,
                        MALFORMED_REQUEST,
                        "Unknown parameter '" + shown + "'."
                                + (known.isEmpty()
                                        ? " This call takes none."
                                        : " Known here: " + String.join(", ", known) + "."));
            }
        }
        violations.refuseIfAny();
    }

    private static long saturated(String digits) {
        try {
            return Long.parseLong(digits);
        } catch (NumberFormatException tooLong) {
            return digits.startsWith("-") ? Long.MIN_VALUE : Long.MAX_VALUE;
        }
    }
}
