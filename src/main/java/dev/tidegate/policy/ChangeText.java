package dev.tidegate.policy;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A change of one object as the request spells it, nothing checked. Members are JSON as JDK values: String, Integer, Long,
 * BigInteger, BigDecimal, Boolean, null, List, Map. {@code pointer} is the JSON Pointer of the change in the body
 * ({@code /operations/3}, or empty for a live write), so that violations can say where.
 */
public record ChangeText(
        Kind kind,
        String entity,
        Optional<String> id,
        Optional<String> baseVersion,
        Map<String, @Nullable Object> attributes,
        Map<String, @Nullable Object> associations,
        String pointer) {

    public enum Kind {
        CREATE,
        UPDATE,
        DELETE
    }

    public ChangeText {
        attributes = Collections.unmodifiableMap(new LinkedHashMap<>(attributes));
        associations = Collections.unmodifiableMap(new LinkedHashMap<>(associations));
    }
}
