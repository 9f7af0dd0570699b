package dev.tidegate.api;

import dev.tidegate.model.RoleName;
import dev.tidegate.policy.ChangeText;
import dev.tidegate.policy.ChecksText;
import dev.tidegate.policy.QueryText;
import dev.tidegate.policy.SortText;
import dev.tidegate.problem.ProblemCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Reads the body of a design-time check; only its form is judged here. */
final class ChecksReader {
    private static final int MOST_ITEMS = 1_000;
    private static final int MOST_NAMES = 1_000;
    private static final int MOST_OPERATIONS = 10_000;
    private static final List<String> KINDS = List.of("create", "update", "delete");

    private ChecksReader() {}

    /** Without {@code roles} it is the caller's own that are asked about. */
    static ChecksText read(JsonObject body, Set<RoleName> own) {
        Optional<Set<RoleName>> roles = body.optionalStrings("roles", MOST_NAMES)
                .map(names -> names.stream().map(RoleName::new).collect(Collectors.toSet()));
        List<ChecksText.OfQuery> queries = body.objects("queries", MOST_ITEMS).stream()
                .map(ChecksReader::query)
                .toList();
        List<ChecksText.OfWrite> writes = body.objects("writes", MOST_ITEMS).stream()
                .map(ChecksReader::write)
                .toList();
        List<ChecksText.OfBatch> batches = body.objects("batches", MOST_ITEMS).stream()
                .map(ChecksReader::batch)
                .toList();
        body.finish();
        return new ChecksText(roles.orElse(own), queries, writes, batches);
    }

    private static ChecksText.OfQuery query(JsonObject query) {
        String name = query.string("name");
        QueryText text = new QueryText(
                query.string("entity"),
                query.optionalString("constraint"),
                Set.of(),
                query.optionalStrings("attributes", MOST_NAMES),
                query.optionalStrings("expand", MOST_NAMES).orElse(List.of()),
                query.objects("sort", MOST_NAMES).stream()
                        .map(ChecksReader::sortKey)
                        .toList());
        return new ChecksText.OfQuery(name, text, query.bool("live", false));
    }

    private static SortText sortKey(JsonObject key) {
        String path = key.string("path");
        return new SortText(
                path,
                key.optionalChoice("order", List.of("asc", "desc"))
                        .orElse("asc")
                        .equals("desc"),
                0);
    }

    private static ChecksText.OfWrite write(JsonObject write) {
        return new ChecksText.OfWrite(
                write.string("name"),
                kind(write),
                write.string("entity"),
                write.optionalStrings("members", MOST_NAMES).orElse(List.of()),
                write.bool("live", false));
    }

    private static ChecksText.OfBatch batch(JsonObject batch) {
        String name = batch.string("name");
        List<ChangeText> operations = new ArrayList<>();
        for (JsonObject operation : batch.objects("operations", MOST_OPERATIONS)) {
            operations.add(new ChangeText(
                    kind(operation),
                    operation.string("entity"),
                    operation.optionalString("id"),
                    operation.optionalString("baseVersion"),
                    operation.optionalMap("attributes").orElse(Map.of()),
                    operation.optionalMap("associations").orElse(Map.of()),
                    "/operations/" + operations.size()));
        }
        if (operations.isEmpty()) {
            batch.note("operations", ProblemCode.MALFORMED_REQUEST, "'operations' has to hold at least one operation.");
        }
        return new ChecksText.OfBatch(name, operations);
    }

    private static ChangeText.Kind kind(JsonObject change) {
        return ChangeText.Kind.valueOf(change.choice("op", KINDS).toUpperCase(Locale.ROOT));
    }
}
