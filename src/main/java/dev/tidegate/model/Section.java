package dev.tidegate.model;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * One mapping of the model file, read by key. A wrong type or an unknown choice becomes an issue here and an empty answer,
 * so that readers of sections only combine. {@code at} is where it is blamed for what it lacks: its key or list item.
 */
final class Section {
    private final String what;
    private final Position at;
    private final Map<String, Yaml.Entry> entries = new LinkedHashMap<>();
    private final Issues issues;

    private Section(String what, Position at, List<Yaml.Entry> entries, Issues issues) {
        this.what = what;
        this.at = at;
        this.issues = issues;
        entries.forEach(entry -> this.entries.put(entry.key(), entry));
    }

    /** The mapping at {@code yaml}; empty, and an issue, when something else stands there. */
    static Optional<Section> of(String what, Position at, Yaml yaml, Issues issues) {
        if (yaml instanceof Yaml.Mapping mapping) {
            return Optional.of(new Section(what, at, mapping.entries(), issues));
        }
        Position blamed = isEmpty(yaml) ? at : yaml.at();
        issues.error(
                blamed, "wrong-type", what + " must be a mapping, not " + yaml.describe() + ".", "Write 'key: value'.");
        return Optional.empty();
    }

    Position at() {
        return at;
    }

    String what() {
        return what;
    }

    Issues issues() {
        return issues;
    }

    boolean has(String key) {
        return entries.containsKey(key);
    }

    /** Where a key's value stands, or the section itself when there is none. */
    Position placeOf(String key) {
        Yaml.Entry entry = entries.get(key);
        return entry == null
                ? at
                : isEmpty(entry.value()) ? entry.at() : entry.value().at();
    }

    /** Where a key itself stands. */
    Position keyOf(String key) {
        Yaml.Entry entry = entries.get(key);
        return entry == null ? at : entry.at();
    }

    /** Every key but these becomes an issue. */
    Section allow(String... keys) {
        List<String> allowed = List.of(keys);
        entries.values().stream()
                .filter(entry -> !allowed.contains(entry.key()))
                .forEach(entry -> issues.error(
                        entry.at(),
                        "unknown-key",
                        "'" + entry.key() + "' is not a key of " + what + ".",
                        Suggestion.among(allowed, entry.key(), "Remove it.")));
        return this;
    }

    /** The keys stand only where {@code why} allows it; otherwise each is an issue. */
    void forbid(String why, String... keys) {
        for (String key : keys) {
            if (has(key)) {
                issues.error(keyOf(key), "misplaced-key", "'" + key + "' of " + what + " " + why + ".", "Remove it.");
            }
        }
    }

    boolean require(String key, String advice) {
        if (!has(key)) {
            issues.error(at, "missing-key", what + " needs '" + key + "'.", advice);
        }
        return has(key);
    }

    Optional<Placed<String>> text(String key) {
        return value(key).flatMap(yaml -> text("'" + key + "' of " + what, keyOf(key), yaml));
    }

    Optional<Placed<Boolean>> flag(String key) {
        return value(key).flatMap(yaml -> {
            if (yaml instanceof Yaml.Scalar scalar && scalar.kind() == Yaml.Scalar.Kind.BOOLEAN) {
                return Optional.of(new Placed<>(scalar.text().equalsIgnoreCase("true"), scalar.at()));
            }
            wrongType(key, yaml, "true or false", "Write true or false.");
            return Optional.empty();
        });
    }

    Optional<Placed<Long>> whole(String key, long least, long most) {
        return value(key).flatMap(yaml -> {
            if (!(yaml instanceof Yaml.Scalar scalar) || scalar.kind() != Yaml.Scalar.Kind.WHOLE) {
                wrongType(key, yaml, "a whole number", "Write a number.");
                return Optional.empty();
            }
            Optional<Long> number =
                    ValueType.INT64.read(scalar.text()).map(n -> (Long) n).filter(n -> n >= least && n <= most);
            if (number.isEmpty()) {
                issues.error(
                        scalar.at(),
                        "out-of-range",
                        "'" + key + "' of " + what + " must be from " + least + " to " + most + ", not " + scalar.text()
                                + ".",
                        "Write a number in that range.");
            }
            return number.map(n -> new Placed<>(n, scalar.at()));
        });
    }

    /** One of the choices, each spelt as {@code spelling} gives it. */
    <T> Optional<Placed<T>> choice(String key, T[] choices, Function<T, String> spelling, String code) {
        return text(key).flatMap(given -> choice(key, given, choices, spelling, code));
    }

    <T> Optional<Placed<T>> choice(
            String key, Placed<String> given, T[] choices, Function<T, String> spelling, String code) {
        List<String> known = new ArrayList<>();
        for (T choice : choices) {
            if (spelling.apply(choice).equals(given.value())) {
                return Optional.of(new Placed<>(choice, given.at()));
            }
            known.add(spelling.apply(choice));
        }
        issues.error(
                given.at(),
                code,
                "'" + given.value() + "' is none of the values of '" + key + "' of " + what + ".",
                Suggestion.among(known, given.value(), "Choose one that the documentation lists."));
        return Optional.empty();
    }

    /** The texts of a list, each once; empty when the key is absent. */
    List<Placed<String>> texts(String key) {
        List<Placed<String>> texts = new ArrayList<>();
        Set<String> seen = new LinkedHashSet<>();
        for (Yaml item : items(key)) {
            Optional<Placed<String>> text = text("An item of '" + key + "' of " + what, item.at(), item);
            if (text.isPresent() && !seen.add(text.get().value())) {
                issues.error(
                        item.at(),
                        "duplicate-item",
                        "'" + text.get().value() + "' stands twice in '" + key + "' of " + what + ".",
                        "Keep one of them.");
            } else {
                text.ifPresent(texts::add);
            }
        }
        return texts;
    }

    List<Yaml> items(String key) {
        Optional<Yaml> value = value(key);
        if (value.isEmpty()) {
            return List.of();
        }
        if (value.get() instanceof Yaml.Sequence sequence) {
            return sequence.items();
        }
        wrongType(key, value.get(), "a list", "Write '[a, b]' or lines that begin with '- '.");
        return List.of();
    }

    Optional<Section> section(String key, String name) {
        return value(key).flatMap(yaml -> of(name, keyOf(key), yaml, issues));
    }

    /** The keys in the order of the file. */
    List<Yaml.Entry> entries() {
        return List.copyOf(entries.values());
    }

    /** Any scalar but nothing. */
    Optional<Yaml.Scalar> scalar(String key) {
        return value(key).flatMap(yaml -> {
            if (yaml instanceof Yaml.Scalar scalar && !isEmpty(yaml)) {
                return Optional.of(scalar);
            }
            wrongType(key, yaml, "a single value", "Write one value.");
            return Optional.empty();
        });
    }

    Optional<Yaml> value(String key) {
        return Optional.ofNullable(entries.get(key)).map(Yaml.Entry::value);
    }

    private Optional<Placed<String>> text(String where, Position keyAt, Yaml yaml) {
        if (yaml instanceof Yaml.Scalar scalar && scalar.kind() == Yaml.Scalar.Kind.TEXT) {
            return Optional.of(new Placed<>(scalar.text(), scalar.at()));
        }
        issues.error(
                isEmpty(yaml) ? keyAt : yaml.at(),
                "wrong-type",
                where + " must be a text, not " + yaml.describe() + ".",
                yaml instanceof Yaml.Scalar && !isEmpty(yaml) ? "Put it in quotes." : "Write a text.");
        return Optional.empty();
    }

    private void wrongType(String key, Yaml yaml, String expected, String advice) {
        issues.error(
                isEmpty(yaml) ? keyOf(key) : yaml.at(),
                "wrong-type",
                "'" + key + "' of " + what + " must be " + expected + ", not " + yaml.describe() + ".",
                advice);
    }

    private static boolean isEmpty(Yaml yaml) {
        return yaml instanceof Yaml.Scalar scalar && scalar.kind() == Yaml.Scalar.Kind.EMPTY;
    }
}
