package dev.tidegate.read;

import dev.tidegate.model.AggregateFunction;
import dev.tidegate.model.EntityName;
import dev.tidegate.model.StoreName;
import dev.tidegate.model.ValueType;
import dev.tidegate.sql.SqlQuery;
import java.util.List;
import java.util.Set;

/** A decided aggregate, ready to run: only values are missing. {@code type} is that of its value. */
record AggregatePlan(
        EntityName entity,
        StoreName store,
        Set<String> parameters,
        List<Comparison> comparisons,
        SqlQuery statement,
        AggregateFunction function,
        ValueType type) {}
