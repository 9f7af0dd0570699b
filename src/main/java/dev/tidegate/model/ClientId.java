package dev.tidegate.model;

import java.util.UUID;

/** The id of one local database: made with it, dying with it. A client is a caller together with this. */
public record ClientId(UUID value) {
    @Override
    public String toString() {
        return value.toString();
    }
}
