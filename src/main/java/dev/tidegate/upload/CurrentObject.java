package dev.tidegate.upload;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A stored object as a caller may read it, as JSON in JDK values (the contract's object). */
public record CurrentObject(Map<String, @Nullable Object> json) {
    public CurrentObject {
        json = Collections.unmodifiableMap(new LinkedHashMap<>(json));
    }
}
