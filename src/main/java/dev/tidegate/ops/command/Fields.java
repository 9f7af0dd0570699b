package dev.tidegate.ops.command;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The fields of one mapping of a checks file. What does not fit becomes a problem with its place ({@code /queries/0/entity})
 * and an empty answer, so that a reader only combines.
 */
final class Fields {
    private final Map<?, ?> fields;
    private final String pointer;
    private final List<String> problems;

    private Fields(Map<?, ?> fields, String pointer, List<String> problems) {
        this.fields = fields;
        this.pointer = pointer;
        this.problems = problems;
    }

    static Fields of(@Nullable Object value, String pointer, List<String> problems, String... allowed) {
        if (!(value instanceof Map<?, ?> map)) {
            problems.add((pointer.isEmpty() ? "The file" : pointer) + " must be a mapping.");
            return new Fields(Map.of(), pointer, problems);
        }
        for (Object key : map.keySet()) {
            if (!List.of(allowed).contains(String.valueOf(key))) {
                problems.add(pointer + "/" + key + " is not known. Known here: " + String.join(", ", allowed) + ".");
            }
        }
        return new Fields(map, pointer, problems);
    }

    String pointer() {
        return pointer;
    }

    String needed(String key) {
        Optional<String> text = text(key);
        if (text.isEmpty() && fields.get(key) == null) {
            problems.add(place(key) + " is missing.");
        }
        return text.orElse("");
    }

    Optional<String> text(String key) {
        return switch (fields.get(key)) {
            case null -> Optional.empty();
            case String text -> Optional.of(text);
            default -> {
                problems.add(place(key) + " must be a text; put it in quotes.");
                yield Optional.empty();
            }
        };
    }

    boolean flag(String key) {
        return switch (fields.get(key)) {
            case null -> false;
            case Boolean flag -> flag;
            default -> {
                problems.add(place(key) + " must be true or false.");
                yield false;
            }
        };
    }

    Optional<List<String>> texts(String key) {
        if (fields.get(key) == null) {
            return Optional.empty();
        }
        List<String> texts = new ArrayList<>();
        for (Object item : list(key)) {
            if (item instanceof String text) {
                texts.add(text);
            } else {
                problems.add(place(key) + " must be a list of texts.");
            }
        }
        return Optional.of(texts);
    }

    /** Each item of a list of mappings. */
    List<Fields> items(String key, String... allowed) {
        List<Fields> items = new ArrayList<>();
        List<?> list = list(key);
        for (int i = 0; i < list.size(); i++) {
            items.add(of(list.get(i), place(key) + "/" + i, problems, allowed));
        }
        return items;
    }

    /** A mapping of any values. */
    Map<String, @Nullable Object> values(String key) {
        Map<String, @Nullable Object> values = new LinkedHashMap<>();
        switch (fields.get(key)) {
            case null -> {}
            case Map<?, ?> map -> map.forEach((name, value) -> values.put(String.valueOf(name), value));
            default -> problems.add(place(key) + " must be a mapping.");
        }
        return values;
    }

    void problem(String key, String what) {
        problems.add(place(key) + " " + what);
    }

    private List<?> list(String key) {
        return switch (fields.get(key)) {
            case null -> List.of();
            case List<?> list -> list;
            default -> {
                problems.add(place(key) + " must be a list.");
                yield List.of();
            }
        };
    }

    private String place(String key) {
        return pointer + "/" + key;
    }
}
