package dev.tidegate.api;

import dev.tidegate.model.AggregateFunction;
import dev.tidegate.policy.AggregateText;
import dev.tidegate.policy.QueryText;
import dev.tidegate.policy.SortText;
import dev.tidegate.problem.ProblemCode;
import dev.tidegate.read.AggregateRequest;
import dev.tidegate.read.ObjectRequest;
import dev.tidegate.read.PageRequest;
import dev.tidegate.read.ParameterValue;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/** Reads live queries from a query string or from a JSON body into the same request. */
@Singleton
final class QueryReader {
    private static final int MOST_NAMES = 1_000;
    private static final int MOST_PARAMETERS = 1_000;
    private static final String TWO_PLACES =
            "A page begins either at 'offset' or 'after' a cursor. Send one of the two.";

    private final Extent page;

    QueryReader(@ConfigProperty(name = "tidegate.limits.page", defaultValue = "10000") int highestLimit) {
        this.page = new Extent(Math.min(PageRequest.DEFAULT_LIMIT, highestLimit), highestLimit, Optional.empty());
    }

    /** How many objects may be asked for, how many come unasked, and why they cannot be counted besides. */
    private record Extent(long unasked, int most, Optional<String> uncounted) {
        static final Extent STREAM = new Extent(
                PageRequest.NO_LIMIT,
                Integer.MAX_VALUE,
                Optional.of("A stream tells at its end how many objects it had. Leave 'count' out."));
    }

    PageRequest page(Call call, String entity) {
        return query(call, entity, page);
    }

    PageRequest stream(Call call, String entity) {
        return query(call, entity, Extent.STREAM);
    }

    PageRequest page(BodyCall called) {
        return query(called, page);
    }

    PageRequest stream(BodyCall called) {
        return query(called, Extent.STREAM);
    }

    private PageRequest query(Call call, String entity, Extent extent) {
        QueryString query = call.query();
        Map<String, ParameterValue> parameters = textParameters(query);
        Optional<String> constraint = query.text("constraint");
        Optional<List<String>> attributes = query.list("attributes");
        List<String> expand = query.list("expand").orElse(List.of());
        Optional<String> sort = query.text("sort");
        OptionalInt limit = query.integer("limit", 0, extent.most());
        int offset = query.integer("offset", 0, Integer.MAX_VALUE).orElse(0);
        boolean count = query.bool("count");
        extent.uncounted()
                .filter(_ -> count)
                .ifPresent(why -> query.violations().in("count", ProblemCode.MALFORMED_REQUEST, why));
        Optional<String> after = query.text("after");
        if (after.isPresent() && query.text("offset").isPresent()) {
            query.violations().in("after", ProblemCode.MALFORMED_REQUEST, TWO_PLACES);
        }
        query.finish();
        QueryText text = new QueryText(
                entity,
                constraint,
                Set.of(),
                attributes,
                expand,
                sort.map(SortTexts::parse).orElse(List.of()));
        return new PageRequest(
                call.profile(), call.caller(), text, parameters, limit(limit, extent), offset, after, count);
    }

    private PageRequest query(BodyCall called, Extent extent) {
        JsonObject body = called.body();
        String entity = body.string("entity");
        called.call().about(entity);
        Optional<String> constraint = body.optionalString("constraint");
        Map<String, @Nullable Object> parameters =
                body.optionalMap("parameters").orElse(Map.of());
        if (parameters.size() > MOST_PARAMETERS) {
            body.note("parameters", ProblemCode.LIMIT_EXCEEDED, "At most " + MOST_PARAMETERS + " parameters.");
        }
        Optional<List<String>> attributes = body.optionalStrings("attributes", MOST_NAMES);
        List<String> expand = body.optionalStrings("expand", MOST_NAMES).orElse(List.of());
        List<SortText> sort = sortKeys(body.objects("sort", SortTexts.MOST_KEYS));
        OptionalInt limit = body.optionalInteger("limit", 0, extent.most());
        int offset = body.integer("offset", 0, 0, Integer.MAX_VALUE);
        Optional<String> after = body.optionalString("after");
        if (after.isPresent()
                && body.optionalInteger("offset", 0, Integer.MAX_VALUE).isPresent()) {
            body.note("after", ProblemCode.MALFORMED_REQUEST, TWO_PLACES);
        }
        boolean count = body.bool("count", false);
        extent.uncounted().filter(_ -> count).ifPresent(why -> body.note("count", ProblemCode.MALFORMED_REQUEST, why));
        called.call().query().finish();
        body.finish();
        QueryText text = new QueryText(entity, constraint, nulls(parameters), attributes, expand, sort);
        return new PageRequest(
                called.call().profile(),
                called.call().caller(),
                text,
                parameters.entrySet().stream()
                        .collect(Collectors.toMap(
                                Map.Entry::getKey, entry -> new ParameterValue.OfJson(entry.getValue()))),
                limit(limit, extent),
                offset,
                after,
                count);
    }

    private static long limit(OptionalInt asked, Extent extent) {
        return asked.isPresent() ? asked.getAsInt() : extent.unasked();
    }

    ObjectRequest object(Call call, String entity, String id) {
        Optional<List<String>> attributes = call.query().list("attributes");
        List<String> expand = call.query().list("expand").orElse(List.of());
        call.query().finish();
        QueryText text = new QueryText(entity, Optional.empty(), Set.of(), attributes, expand, List.of());
        return new ObjectRequest(call.profile(), call.caller(), text, id);
    }

    AggregateRequest aggregate(Call call, String entity) {
        QueryString query = call.query();
        Map<String, ParameterValue> parameters = textParameters(query);
        Optional<String> constraint = query.text("constraint");
        Optional<String> attribute = query.text("attribute");
        query.require("function");
        Optional<AggregateFunction> function = query.text("function").flatMap(AggregateFunction::named);
        if (query.text("function").isPresent() && function.isEmpty()) {
            query.violations()
                    .in(
                            "function",
                            ProblemCode.MALFORMED_REQUEST,
                            "Parameter 'function' is one of " + String.join(", ", AggregateFunction.keys()) + ".");
        }
        query.finish();
        QueryText text = new QueryText(entity, constraint, Set.of(), Optional.empty(), List.of(), List.of());
        return new AggregateRequest(
                call.profile(), call.caller(), new AggregateText(text, function.orElseThrow(), attribute), parameters);
    }

    private static Map<String, ParameterValue> textParameters(QueryString query) {
        Map<String, ParameterValue> parameters = new LinkedHashMap<>();
        query.dollarParameters().forEach((name, text) -> parameters.put(name, new ParameterValue.OfText(text)));
        return parameters;
    }

    /** The position of a key is as if the paths were joined by commas. */
    private static List<SortText> sortKeys(List<JsonObject> keys) {
        List<SortText> sort = new ArrayList<>();
        int at = 0;
        for (JsonObject key : keys) {
            String path = key.string("path");
            boolean descending = key.optionalChoice("order", List.of("asc", "desc"))
                    .orElse("asc")
                    .equals("desc");
            sort.add(new SortText(path, descending, at));
            at += path.length() + 1;
        }
        return sort;
    }

    private static Set<String> nulls(Map<String, @Nullable Object> parameters) {
        return parameters.entrySet().stream()
                .filter(entry -> entry.getValue() == null)
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
    }
}
