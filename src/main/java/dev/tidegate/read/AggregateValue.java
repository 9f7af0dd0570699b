package dev.tidegate.read;

import dev.tidegate.model.AggregateFunction;
import dev.tidegate.model.ValueType;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/** The answer to an aggregate, of its type; null when there was nothing to make it of. A count is a Long, never null. */
public record AggregateValue(
        AggregateFunction function,
        ValueType type,
        @Nullable Object value) {

    /** Of an average only the digits that say something. */
    static AggregateValue of(AggregatePlan plan, @Nullable Object value) {
        Object shown = plan.function() == AggregateFunction.AVG && value instanceof BigDecimal average
                ? average.stripTrailingZeros()
                : value;
        return new AggregateValue(plan.function(), plan.type(), shown);
    }
}
