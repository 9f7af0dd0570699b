package dev.tidegate.upload;

import java.util.UUID;

/** Names one kept error; unique for each caller. */
public record ErrorId(UUID value) {
    @Override
    public String toString() {
        return value.toString();
    }
}
