package dev.tidegate.download;

import dev.tidegate.model.EntityName;
import dev.tidegate.model.Sha256;
import java.nio.ByteBuffer;

/** Short digests for what a cursor only has to recognize. */
final class Digests {
    private Digests() {}

    static int of(EntityName entity) {
        return ByteBuffer.wrap(Sha256.of(entity.toString())).getInt();
    }

    static long of(String text) {
        return ByteBuffer.wrap(Sha256.of(text)).getLong();
    }
}
