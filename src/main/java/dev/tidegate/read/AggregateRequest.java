package dev.tidegate.read;

import dev.tidegate.model.Profile;
import dev.tidegate.policy.AggregateText;
import dev.tidegate.policy.Caller;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** An aggregate as it was asked for. {@code parameters} are by name without the dollar sign. */
public record AggregateRequest(
        Profile profile, Caller caller, AggregateText aggregate, Map<String, ParameterValue> parameters) {
    public AggregateRequest {
        parameters = Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
    }
}
