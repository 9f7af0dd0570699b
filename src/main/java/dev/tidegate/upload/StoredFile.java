package dev.tidegate.upload;

import java.util.Optional;

/**
 * An uploaded content as far as it has arrived; complete when its hash is known, and unchanged from then on. {@code number}
 * tells it from what was uploaded under the same id at another time.
 */
public record StoredFile(long number, long total, long received, Optional<FileHash> hash) {

    public boolean isComplete() {
        return hash.isPresent();
    }
}
