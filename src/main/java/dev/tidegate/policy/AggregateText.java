package dev.tidegate.policy;

import dev.tidegate.model.AggregateFunction;
import java.util.Optional;

/** An aggregate as the request spells it; of {@code query} only entity and constraint count. */
public record AggregateText(QueryText query, AggregateFunction function, Optional<String> attribute) {}
