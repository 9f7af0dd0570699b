package dev.tidegate.oracle;

import dev.tidegate.model.AggregateFunction;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a function makes of values; of none nothing, but for their number. */
final class Aggregation {
    /** As many digits of an average as every store gives. */
    private static final MathContext AVERAGE = new MathContext(12);

    private Aggregation() {}

    static @Nullable Object of(AggregateFunction function, List<Object> values) {
        return switch (function) {
            case COUNT -> (long) values.size();
            case SUM -> values.isEmpty() ? null : sum(values);
            case AVG ->
                values.isEmpty()
                        ? null
                        : shortened(sum(values).divide(BigDecimal.valueOf(values.size()), new MathContext(400)));
            case MIN -> values.stream().min(byOrder()).orElse(null);
            case MAX -> values.stream().max(byOrder()).orElse(null);
        };
    }

    private static BigDecimal sum(List<Object> values) {
        return values.stream().map(value -> new BigDecimal(value.toString())).reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    private static Comparator<Object> byOrder() {
        return Evaluator::order;
    }

    /** An average to the digits that are compared; what is nearly nothing is nothing. */
    static BigDecimal shortened(BigDecimal average) {
        return average.abs().compareTo(new BigDecimal("1e-12")) < 0 ? BigDecimal.ZERO : average.round(AVERAGE);
    }
}
