package dev.tidegate.read;

import dev.tidegate.model.RoleName;
import dev.tidegate.policy.SortText;
import java.nio.charset.StandardCharsets;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What a cursor stands for: everything that decides which objects there are and how they are ordered. What only decides how
 * much of them is shown (attributes, expand, limit, count) may change from page to page.
 */
final class CursorContext {
    private final StringBuilder text = new StringBuilder(512);

    private CursorContext() {}

    static byte[] of(String modelVersion, PageRequest request) {
        CursorContext context = new CursorContext();
        context.add(modelVersion);
        context.add(request.profile().name().toString());
        context.add(request.caller().name());
        context.add(request.caller().zone().getId());
        context.count(request.caller().roles().size());
        for (RoleName role : new TreeSet<>(request.caller().roles())) {
            context.add(role.toString());
        }
        context.add(request.query().entity());
        context.count(request.query().constraint().isPresent() ? 1 : 0);
        request.query().constraint().ifPresent(context::add);
        context.count(request.query().sort().size());
        for (SortText key : request.query().sort()) {
            context.add(key.path());
            context.add(key.descending() ? "desc" : "asc");
        }
        new TreeMap<>(request.parameters()).forEach(context::add);
        return context.text.toString().getBytes(StandardCharsets.UTF_8);
    }

    private void add(String name, ParameterValue value) {
        add(name);
        add(
                switch (value) {
                    case ParameterValue.OfText(var of) -> "text " + of;
                    case ParameterValue.OfJson(var json) ->
                        json == null ? "null" : json.getClass().getSimpleName() + " " + json;
                });
    }

    private void count(int number) {
        text.append(number).append(';');
    }

    /** With its length before it, so that no two lists of texts look alike. */
    private void add(String of) {
        text.append(of.length()).append(':').append(of);
    }
}
