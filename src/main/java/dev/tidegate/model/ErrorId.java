package dev.tidegate.model;

import java.util.UUID;

/** Names one kept error; unique for each caller. */
public record ErrorId(UUID value) {
    @Override
    public String toString() {
        return value.toString();
    }
}
