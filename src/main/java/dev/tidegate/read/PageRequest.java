package dev.tidegate.read;

import dev.tidegate.model.Profile;
import dev.tidegate.policy.Caller;
import dev.tidegate.policy.QueryText;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** A live query as it came in. {@code parameters} are by name without the dollar sign. */
public record PageRequest(
        Profile profile,
        Caller caller,
        QueryText query,
        Map<String, ParameterValue> parameters,
        int limit,
        long offset,
        boolean count) {
    /** How many objects a page has when the request does not say. */
    public static final int DEFAULT_LIMIT = 100;

    public PageRequest {
        parameters = Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
    }
}
