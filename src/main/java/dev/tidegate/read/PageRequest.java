package dev.tidegate.read;

import dev.tidegate.model.Profile;
import dev.tidegate.policy.Caller;
import dev.tidegate.policy.QueryText;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A live query as it came in, for a page or a stream. {@code parameters} are by name without the dollar sign. {@code after} is a cursor that an
 * earlier page ended with; {@code offset} is 0 then.
 */
public record PageRequest(
        Profile profile,
        Caller caller,
        QueryText query,
        Map<String, ParameterValue> parameters,
        long limit,
        long offset,
        Optional<String> after,
        boolean count) {
    /** How many objects a page has when the request does not say. */
    public static final int DEFAULT_LIMIT = 100;

    /** What a stream has for a limit when the request does not say. */
    public static final long NO_LIMIT = Long.MAX_VALUE;

    public PageRequest {
        if (after.isPresent() && offset != 0) {
            throw new IllegalArgumentException("a page begins either at an offset or after a cursor");
        }
        parameters = Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
    }
}
