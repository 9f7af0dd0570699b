package dev.tidegate.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.tidegate.observation.Observation.Outcome;
import dev.tidegate.policy.ChangeText;
import dev.tidegate.problem.Place;
import dev.tidegate.problem.Problem;
import dev.tidegate.problem.ProblemCode;
import dev.tidegate.problem.Violation;
import dev.tidegate.upload.CurrentObject;
import dev.tidegate.upload.OperationOutcome;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How operations, problems and outcomes are kept as JSON in the queue and in the stores. Numbers keep every digit, and text
 * that is no character (half a surrogate pair) is escaped, so that what comes out is what went in.
 */
final class QueueJson {
    private static final ObjectMapper MAPPER = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
            .disable(SerializationFeature.FAIL_ON_EMPTY_BEANS)
            .build();

    private QueueJson() {}

    static String write(Object value) {
        try {
            return MAPPER.writeValueAsString(value);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("JDK values are always JSON", impossible);
        }
    }

    @SuppressWarnings("unchecked") // Jackson's maps of untyped JSON have string keys
    static Map<String, @Nullable Object> readObject(String json) {
        return (Map<String, @Nullable Object>) read(json, Map.class);
    }

    static List<?> readList(String json) {
        return read(json, List.class);
    }

    private static <T> T read(String json, Class<T> type) {
        try {
            return MAPPER.readValue(json, type);
        } catch (JsonProcessingException broken) {
            throw new IllegalStateException("the queue holds what is no JSON", broken);
        }
    }

    // Operations

    static String operations(List<ChangeText> operations) {
        return write(operations.stream().map(QueueJson::operation).toList());
    }

    /** As the contract spells an operation, so that errors can be shown as they are kept. */
    static Map<String, @Nullable Object> operation(ChangeText change) {
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("op", change.kind().name().toLowerCase(Locale.ROOT));
        json.put("entity", change.entity());
        change.id().ifPresent(id -> json.put("id", id));
        change.baseVersion().ifPresent(version -> json.put("baseVersion", version));
        if (!change.attributes().isEmpty()) {
            json.put("attributes", change.attributes());
        }
        if (!change.associations().isEmpty()) {
            json.put("associations", change.associations());
        }
        return json;
    }

    static List<ChangeText> readOperations(String json) {
        List<ChangeText> operations = new ArrayList<>();
        for (Object element : read(json, List.class)) {
            operations.add(readOperation(members(element), "/operations/" + operations.size()));
        }
        return operations;
    }

    /** Operations by index, as they were corrected. */
    static Map<Integer, ChangeText> readCorrections(Object json) {
        Map<Integer, ChangeText> corrections = new LinkedHashMap<>();
        members(json)
                .forEach((index, operation) -> corrections.put(
                        Integer.parseInt(index), readOperation(members(operation), "/operations/" + index)));
        return corrections;
    }

    private static ChangeText readOperation(Map<String, @Nullable Object> json, String pointer) {
        return new ChangeText(
                ChangeText.Kind.valueOf(text(json, "op").toUpperCase(Locale.ROOT)),
                text(json, "entity"),
                Optional.ofNullable((String) json.get("id")),
                Optional.ofNullable((String) json.get("baseVersion")),
                json.get("attributes") == null ? Map.of() : members(json.get("attributes")),
                json.get("associations") == null ? Map.of() : members(json.get("associations")),
                pointer);
    }

    // Outcomes and problems

    /** Those that are not plainly applied; what is not in there was. */
    static String outcomes(List<OperationOutcome> outcomes) {
        return write(outcomes.stream()
                .filter(outcome -> outcome.outcome() != Outcome.APPLIED)
                .map(QueueJson::outcome)
                .toList());
    }

    private static Map<String, @Nullable Object> outcome(OperationOutcome outcome) {
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("index", outcome.index());
        json.put("outcome", outcome.key());
        outcome.problem().ifPresent(problem -> json.put("problem", problem(problem)));
        outcome.current().ifPresent(current -> json.put("current", current.json()));
        return json;
    }

    static OperationOutcome readOutcome(int index, String outcome, @Nullable String problem, @Nullable String current) {
        return new OperationOutcome(
                index,
                Outcome.valueOf(outcome.toUpperCase(Locale.ROOT)),
                Optional.ofNullable(problem).map(QueueJson::readProblem),
                readCurrent(current));
    }

    static Optional<CurrentObject> readCurrent(@Nullable String json) {
        return Optional.ofNullable(json).map(text -> new CurrentObject(readObject(text)));
    }

    static Map<String, @Nullable Object> problem(Problem problem) {
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("code", problem.code().code());
        json.put("detail", problem.detail());
        if (!problem.violations().isEmpty()) {
            json.put(
                    "violations",
                    problem.violations().stream().map(QueueJson::violation).toList());
        }
        return json;
    }

    private static Map<String, @Nullable Object> violation(Violation violation) {
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("code", violation.code().code());
        json.put("detail", violation.detail());
        switch (violation.place()) {
            case Place.AtPointer(var pointer) -> json.put("pointer", pointer);
            case Place.InParameter(var parameter, var position) -> {
                json.put("parameter", parameter);
                json.put("position", position);
            }
            case Place.Nowhere _ -> {}
        }
        return json;
    }

    static Problem readProblem(String text) {
        return readProblem(readObject(text));
    }

    static Problem readProblem(Map<String, @Nullable Object> json) {
        List<Violation> violations = new ArrayList<>();
        if (json.get("violations") instanceof List<?> list) {
            list.forEach(element -> violations.add(readViolation(members(element))));
        }
        return new Problem(code(json), text(json, "detail"), violations, Optional.empty());
    }

    private static Violation readViolation(Map<String, @Nullable Object> json) {
        Place place = json.get("pointer") instanceof String pointer
                ? new Place.AtPointer(pointer)
                : json.get("parameter") instanceof String parameter && json.get("position") instanceof Integer position
                        ? new Place.InParameter(parameter, position)
                        : new Place.Nowhere();
        return new Violation(code(json), text(json, "detail"), place);
    }

    /** A code that this version does not know (any more) must not hide the outcome. */
    private static ProblemCode code(Map<String, @Nullable Object> json) {
        return ProblemCode.of(text(json, "code")).orElse(ProblemCode.BATCH_FAILED);
    }

    private static String text(Map<String, @Nullable Object> json, String member) {
        return String.valueOf(json.get(member));
    }

    @SuppressWarnings("unchecked") // Jackson's maps of untyped JSON have string keys
    static Map<String, @Nullable Object> members(@Nullable Object element) {
        if (element instanceof Map<?, ?> map) {
            return (Map<String, @Nullable Object>) map;
        }
        throw new IllegalStateException("the queue holds what is no JSON object");
    }
}
