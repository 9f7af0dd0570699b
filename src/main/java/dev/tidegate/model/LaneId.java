package dev.tidegate.model;

import java.nio.ByteBuffer;
import java.util.UUID;

/**
 * The name of a client's lane: derived from the caller's name and the client's id, so that it is the same after a restore of
 * any database and tells nothing about the caller. Each store has a lane of its own for the client, {@link #in}.
 */
public record LaneId(UUID value) {

    static LaneId of(ClientKey client) {
        return ofHash(client.client() + "|" + client.caller());
    }

    /** As the store itself names it: two stores may be schemas of one database, and their lanes there are not the same. */
    public LaneId in(StoreName store) {
        return ofHash(value + "|" + store);
    }

    private static LaneId ofHash(String text) {
        ByteBuffer hash = ByteBuffer.wrap(Sha256.of(text));
        // A name-based UUID (RFC 9562, version 8): 122 bits of the hash.
        long high = (hash.getLong() & 0xFFFFFFFFFFFF0FFFL) | 0x8000L;
        long low = (hash.getLong() & 0x3FFFFFFFFFFFFFFFL) | 0x8000000000000000L;
        return new LaneId(new UUID(high, low));
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
