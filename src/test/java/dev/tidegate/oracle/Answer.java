package dev.tidegate.oracle;

import dev.tidegate.model.AggregateFunction;
import dev.tidegate.model.EntityName;
import dev.tidegate.read.AggregateValue;
import dev.tidegate.read.Page;
import dev.tidegate.shape.ObjectShape;
import dev.tidegate.shape.ShownObject;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What a query brings: objects in their order and their number, or a refusal. */
sealed interface Answer {
    /** {@code code} of the problem. */
    record Denied(String code) implements Answer {}

    /** The store or the gateway broke. */
    record Broken(String what) implements Answer {}

    /** Of an aggregate. */
    record Computed(String value) implements Answer {}

    record Found(List<Shown> objects, long count) implements Answer {}

    /** One object as the caller sees it; values in a form that equal ones share. */
    record Shown(
            EntityName entity,
            String id,
            Map<String, String> attributes,
            Map<String, List<String>> associations,
            Set<String> readOnly,
            Map<String, List<Shown>> expanded) {}

    static Answer of(Page page) {
        return of(page.objects(), page.count().orElse(-1));
    }

    static Answer of(List<ShownObject> objects, long count) {
        return new Found(objects.stream().map(Answer::shown).toList(), count);
    }

    static Answer of(ShownObject object) {
        return new Found(List.of(shown(object)), 1);
    }

    static Answer of(AggregateValue value) {
        boolean average = value.function() == AggregateFunction.AVG;
        return new Computed(form(
                average && value.value() instanceof BigDecimal number ? Aggregation.shortened(number) : value.value()));
    }

    private static Shown shown(ShownObject object) {
        ObjectShape shape = object.shape();
        Map<String, String> attributes = new TreeMap<>();
        shape.attributes().forEach(attribute -> attributes.put(attribute.name(), form(object.value(attribute))));
        Map<String, List<String>> associations = new TreeMap<>();
        shape.associations()
                .forEach(end ->
                        associations.put(end.name(), end.set() ? forms(object.targets(end)) : one(object.target(end))));
        Map<String, List<Shown>> expanded = new TreeMap<>();
        for (int i = 0; i < shape.expansions().size(); i++) {
            expanded.put(
                    shape.expansions().get(i).name(),
                    object.expanded(i).stream().map(Answer::shown).toList());
        }
        return new Shown(
                shape.entity(), form(object.id()), attributes, associations, new TreeSet<>(shape.readOnly()), expanded);
    }

    private static List<String> one(@Nullable Object target) {
        return target == null ? List.of() : List.of(form(target));
    }

    private static List<String> forms(@Nullable Object[] ids) {
        List<String> forms = new ArrayList<>();
        for (Object id : ids) {
            forms.add(form(id));
        }
        return forms;
    }

    /** Equal for equal values: a decimal by value whatever its digits. */
    static String form(@Nullable Object value) {
        return switch (value) {
            case null -> "empty";
            case BigDecimal number ->
                "decimal "
                        + (number.signum() == 0
                                ? "0"
                                : number.stripTrailingZeros().toPlainString());
            case byte[] bytes -> "bytes " + HexFormat.of().formatHex(bytes);
            case Object other -> other.getClass().getSimpleName() + " " + other;
        };
    }
}
