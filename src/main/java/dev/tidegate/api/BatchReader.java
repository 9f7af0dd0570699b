package dev.tidegate.api;

import static dev.tidegate.problem.ProblemCode.MALFORMED_REQUEST;

import dev.tidegate.model.BatchId;
import dev.tidegate.model.ClientId;
import dev.tidegate.policy.ChangeText;
import dev.tidegate.upload.BatchScope;
import dev.tidegate.upload.BatchText;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Reads the envelope of a batch: what has to be right for it to be a batch at all. What its operations say is not judged,
 * only that they have the form of operations.
 */
final class BatchReader {
    private static final List<String> SCOPES =
            Arrays.stream(BatchScope.values()).map(BatchScope::key).toList();
    private static final List<String> KINDS = Arrays.stream(ChangeText.Kind.values())
            .map(kind -> kind.name().toLowerCase(Locale.ROOT))
            .toList();

    private BatchReader() {}

    /** Before the reading of the body that it stands in has been finished. */
    static BatchText read(JsonObject body, int mostOperations) {
        return new BatchText(
                new BatchId(body.uuid("batchId")),
                new ClientId(body.uuid("clientId")),
                body.optionalUuid("after").map(BatchId::new),
                body.optionalString("modelVersion"),
                body.optionalChoice("scope", SCOPES).flatMap(BatchScope::of).orElse(BatchScope.FULL),
                body.bool("atomic", false),
                operations(body, mostOperations));
    }

    private static List<ChangeText> operations(JsonObject body, int most) {
        if (!body.has("operations")) {
            body.note("operations", MALFORMED_REQUEST, "'operations' is missing.");
        }
        return body.objects("operations", most).stream()
                .map(json ->
                        operation(json, json.pointer().substring(body.pointer().length())))
                .toList();
    }

    /** An operation by itself. */
    static ChangeText operation(JsonObject json) {
        return operation(json, json.pointer());
    }

    /** Operations are kept with where they stand in their batch, wherever that stood. */
    private static ChangeText operation(JsonObject json, String pointer) {
        ChangeText.Kind kind = ChangeText.Kind.valueOf(json.choice("op", KINDS).toUpperCase(Locale.ROOT));
        return new ChangeText(
                kind,
                json.string("entity"),
                json.optionalString("id"),
                kind == ChangeText.Kind.CREATE ? Optional.empty() : json.optionalString("baseVersion"),
                kind == ChangeText.Kind.DELETE
                        ? Map.of()
                        : json.optionalMap("attributes").orElse(Map.of()),
                kind == ChangeText.Kind.DELETE
                        ? Map.of()
                        : json.optionalMap("associations").orElse(Map.of()),
                pointer);
    }
}
