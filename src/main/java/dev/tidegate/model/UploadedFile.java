package dev.tidegate.model;

import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Stands in a change for the bytes of a binary attribute that were uploaded before, under this id, by who sends the change. They
 * take its place when the change is written.
 */
public record UploadedFile(UUID id) {
    private static final String KEY = "file";

    /** What JSON such as <code>{"file":"5a5a…"}</code> refers to; empty for anything else. */
    public static Optional<UploadedFile> read(@Nullable Object json) {
        return json instanceof Map<?, ?> map && map.size() == 1 && map.get(KEY) instanceof String id
                ? ValueType.UUID.read(id).map(UUID.class::cast).map(UploadedFile::new)
                : Optional.empty();
    }
}
