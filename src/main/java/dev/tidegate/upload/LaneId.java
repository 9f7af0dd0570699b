package dev.tidegate.upload;

import dev.tidegate.policy.Sha256;
import java.nio.ByteBuffer;
import java.util.UUID;

/**
 * The name of a client's lane inside a store: derived from the caller's name and the client's id, so that it is the same
 * after a restore of either database and tells nothing about the caller.
 */
public record LaneId(UUID value) {

    static LaneId of(ClientKey client) {
        ByteBuffer hash = ByteBuffer.wrap(Sha256.of(client.client() + "|" + client.caller()));
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
