package dev.tidegate.upload;

import java.util.UUID;

/** Names an uploaded content; made by the client, unique for each caller. */
public record FileId(UUID value) {
    @Override
    public String toString() {
        return value.toString();
    }
}
