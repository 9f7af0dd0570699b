package dev.tidegate.model;

import java.util.UUID;

/** The id that a client gave to a batch; unique for each caller. */
public record BatchId(UUID value) {
    @Override
    public String toString() {
        return value.toString();
    }
}
