package dev.tidegate.policy;

import dev.tidegate.model.AggregateFunction;
import dev.tidegate.model.DeclaredAttribute;
import dev.tidegate.model.EntityName;
import dev.tidegate.model.ValueType;
import dev.tidegate.xpath.Condition;
import java.util.Optional;
import java.util.Set;

/**
 * An aggregate that may run. {@code where} already holds the caller's access rules, those on the attribute too.
 * {@code type} is that of its value.
 */
public record DecidedAggregate(
        EntityName entity,
        Condition where,
        Set<String> parameters,
        AggregateFunction function,
        Optional<DeclaredAttribute> attribute,
        ValueType type) {
    public DecidedAggregate {
        parameters = Set.copyOf(parameters);
    }
}
