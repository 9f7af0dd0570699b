package dev.tidegate.api;

import static dev.tidegate.problem.ProblemCode.LIMIT_EXCEEDED;
import static dev.tidegate.problem.ProblemCode.MALFORMED_REQUEST;

import dev.tidegate.problem.ProblemCode;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A JSON object of a request, read member by member by name and type. What is missing, of another type or out of range is
 * noted with its pointer, and a harmless value is returned, so that reading goes on and everything is told at once. A
 * member that nobody asked for is unknown. {@link #finish} on the outermost object ends the reading: it throws a
 * {@link dev.tidegate.problem.Refusal} when anything was noted, and only after it may the values be used. {@code null}
 * counts as absent.
 */
final class JsonObject {
    private static final UUID NO_UUID = new UUID(0, 0);

    private final Map<String, @Nullable Object> members;
    private final String pointer;
    private final Violations violations;
    private final Set<String> asked = new LinkedHashSet<>();
    private final List<JsonObject> inner = new ArrayList<>();

    private JsonObject(Map<String, @Nullable Object> members, String pointer, Violations violations) {
        this.members = members;
        this.pointer = pointer;
        this.violations = violations;
    }

    /** The body of a request. */
    static JsonObject of(Map<String, @Nullable Object> members) {
        return new JsonObject(members, "", new Violations());
    }

    /** Where this object stands in the body. */
    String pointer() {
        return pointer;
    }

    /** Everything in this object as it was sent; no member counts as unknown any more. */
    Map<String, @Nullable Object> raw() {
        asked.addAll(members.keySet());
        return members;
    }

    /** Whether nothing stands in this object. */
    boolean isEmpty() {
        return members.values().stream().allMatch(Objects::isNull);
    }

    boolean has(String name) {
        asked.add(name);
        return members.get(name) != null;
    }

    String string(String name) {
        return required(name, optionalString(name), "");
    }

    Optional<String> optionalString(String name) {
        return member(name, String.class, "a string");
    }

    UUID uuid(String name) {
        return required(name, optionalUuid(name), NO_UUID);
    }

    Optional<UUID> optionalUuid(String name) {
        return optionalString(name).flatMap(text -> {
            Optional<UUID> uuid = Texts.uuid(text);
            if (uuid.isPresent()) {
                return uuid;
            }
            note(name, MALFORMED_REQUEST, "'" + name + "' has to be a UUID.");
            return Optional.empty();
        });
    }

    /** One of the allowed texts; the first of them when something else was sent. */
    Optional<String> optionalChoice(String name, List<String> allowed) {
        return optionalString(name).map(text -> {
            if (allowed.contains(text)) {
                return text;
            }
            note(name, MALFORMED_REQUEST, "'" + name + "' has to be one of " + String.join(", ", allowed) + ".");
            return allowed.getFirst();
        });
    }

    String choice(String name, List<String> allowed) {
        return required(name, optionalChoice(name, allowed), allowed.getFirst());
    }

    boolean bool(String name, boolean otherwise) {
        return member(name, Boolean.class, "true or false").orElse(otherwise);
    }

    /** A whole number; above {@code most} is {@code limit-exceeded}, below {@code least} is malformed. */
    OptionalInt optionalInteger(String name, int least, int most) {
        Optional<Number> number = member(name, Number.class, "a whole number");
        if (number.isEmpty()) {
            return OptionalInt.empty();
        }
        return switch (number.get()) {
            case Integer value -> inRange(name, value, least, most);
            case Long value -> inRange(name, value, least, most);
            case java.math.BigInteger value ->
                inRange(name, value.signum() < 0 ? Long.MIN_VALUE : Long.MAX_VALUE, least, most);
            default -> {
                note(name, MALFORMED_REQUEST, "'" + name + "' has to be a whole number.");
                yield OptionalInt.empty();
            }
        };
    }

    int integer(String name, int otherwise, int least, int most) {
        return optionalInteger(name, least, most).orElse(otherwise);
    }

    /** A list of strings with at most {@code most} elements. */
    Optional<List<String>> optionalStrings(String name, int most) {
        return list(name, most).map(elements -> {
            List<String> texts = new ArrayList<>(elements.size());
            for (int i = 0; i < elements.size(); i++) {
                if (elements.get(i) instanceof String text) {
                    texts.add(text);
                } else {
                    violations.at(
                            element(name, i), MALFORMED_REQUEST, "Each element of '" + name + "' has to be a string.");
                }
            }
            return texts;
        });
    }

    Optional<JsonObject> optionalObject(String name) {
        return optionalMap(name).map(value -> nest(value, Pointers.member(pointer, name)));
    }

    /** An object whose members are the caller's business, such as the attributes of a change. */
    Optional<Map<String, @Nullable Object>> optionalMap(String name) {
        asked.add(name);
        Object value = members.get(name);
        if (value == null) {
            return Optional.empty();
        }
        Optional<Map<String, @Nullable Object>> map = asMap(value);
        if (map.isEmpty()) {
            note(name, MALFORMED_REQUEST, "'" + name + "' has to be an object.");
        }
        return map;
    }

    /** A list of objects with at most {@code most} elements; absent means none. */
    List<JsonObject> objects(String name, int most) {
        List<@Nullable Object> elements = list(name, most).orElse(List.of());
        List<JsonObject> objects = new ArrayList<>(elements.size());
        for (int i = 0; i < elements.size(); i++) {
            Object element = elements.get(i);
            Optional<Map<String, @Nullable Object>> map = element == null ? Optional.empty() : asMap(element);
            if (map.isPresent()) {
                objects.add(nest(map.get(), element(name, i)));
            } else {
                violations.at(
                        element(name, i), MALFORMED_REQUEST, "Each element of '" + name + "' has to be an object.");
            }
        }
        return objects;
    }

    /** Notes what the reader of this object found besides. */
    void note(String name, ProblemCode code, String detail) {
        violations.at(Pointers.member(pointer, name), code, detail);
    }

    /** Ends the reading of the whole body, wherever it is called: refuses when anything is wrong with it. */
    void finish() {
        noteUnknown();
        violations.refuseIfAny();
    }

    private void noteUnknown() {
        for (String name : members.keySet()) {
            if (!asked.contains(name)) {
                note(
                        name,
                        MALFORMED_REQUEST,
                        "Unknown member '" + Texts.shorten(name) + "'. Known here: " + known() + ".");
            }
        }
        inner.forEach(JsonObject::noteUnknown);
    }

    private String known() {
        return String.join(", ", asked);
    }

    private JsonObject nest(Map<String, @Nullable Object> value, String at) {
        JsonObject object = new JsonObject(value, at, violations);
        inner.add(object);
        return object;
    }

    private <T> T required(String name, Optional<T> value, T otherwise) {
        if (members.get(name) == null) {
            note(name, MALFORMED_REQUEST, "'" + name + "' is missing.");
        }
        return value.orElse(otherwise);
    }

    private <T> Optional<T> member(String name, Class<T> type, String said) {
        asked.add(name);
        Object value = members.get(name);
        if (value == null) {
            return Optional.empty();
        }
        if (!type.isInstance(value)) {
            note(name, MALFORMED_REQUEST, "'" + name + "' has to be " + said + ".");
            return Optional.empty();
        }
        return Optional.of(type.cast(value));
    }

    @SuppressWarnings("unchecked") // JsonBody makes no other lists
    private Optional<List<@Nullable Object>> list(String name, int most) {
        Optional<List<@Nullable Object>> list =
                member(name, List.class, "an array").map(it -> (List<@Nullable Object>) it);
        if (list.isPresent() && list.get().size() > most) {
            note(
                    name,
                    LIMIT_EXCEEDED,
                    "'" + name + "' has " + list.get().size() + " elements; at most " + most + " are allowed.");
            return Optional.empty();
        }
        return list;
    }

    private OptionalInt inRange(String name, long value, int least, int most) {
        if (value > most) {
            note(name, LIMIT_EXCEEDED, "'" + name + "' is above " + most + ", the most that is allowed.");
        } else if (value < least) {
            note(name, MALFORMED_REQUEST, "'" + name + "' has to be at least " + least + ".");
        } else {
            return OptionalInt.of((int) value);
        }
        return OptionalInt.empty();
    }

    private String element(String name, int index) {
        return Pointers.element(Pointers.member(pointer, name), index);
    }

    @SuppressWarnings("unchecked") // JsonBody makes no other maps
    private static Optional<Map<String, @Nullable Object>> asMap(Object value) {
        return value instanceof Map<?, ?> map ? Optional.of((Map<String, @Nullable Object>) map) : Optional.empty();
    }
}
