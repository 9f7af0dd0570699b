package dev.tidegate.sql;

import dev.tidegate.model.AggregateFunction;
import dev.tidegate.model.DeclaredAttribute;
import dev.tidegate.model.EntityName;
import dev.tidegate.xpath.Condition;
import java.util.Optional;

/** A decided aggregate, ready to be written as SQL; without an attribute the objects themselves are counted. */
public record Aggregate(
        EntityName entity, Condition where, AggregateFunction function, Optional<DeclaredAttribute> attribute) {}
