package dev.tidegate.policy;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A query as the request spells it, nothing checked. {@code entity} is the text of a qualified name; {@code attributes}
 * empty means all; {@code nullParameters} are the parameters that are bound to null, which compare as {@code empty}.
 */
public record QueryText(
        String entity,
        Optional<String> constraint,
        Set<String> nullParameters,
        Optional<List<String>> attributes,
        List<String> expand,
        List<SortText> sort) {
    public QueryText {
        nullParameters = Set.copyOf(nullParameters);
        attributes = attributes.map(List::copyOf);
        expand = List.copyOf(expand);
        sort = List.copyOf(sort);
    }
}
