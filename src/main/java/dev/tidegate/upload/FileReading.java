package dev.tidegate.upload;

import dev.tidegate.model.Sha256;
import io.smallrye.mutiny.Uni;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.function.Consumer;

/** Reads a part of what is kept from its beginning to its end, once, piece by piece. */
final class FileReading {
    private static final int STEP = 256 * 1024;

    private final FileContents contents;
    private final long number;
    private final long from;
    private final long to;
    private long at;

    FileReading(FileContents contents, long number, long from, long to) {
        this.contents = contents;
        this.number = number;
        this.from = from;
        this.to = to;
        this.at = from;
    }

    /** The digest of it, which may go on; a piece is in memory at a time. */
    Uni<MessageDigest> digest() {
        MessageDigest digest = Sha256.begin();
        return into(digest::update).replaceWith(digest);
    }

    /** All of it, in memory. */
    Uni<byte[]> bytes() {
        ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(to - from));
        return into(bytes::put).replaceWith(bytes.array());
    }

    private Uni<Void> into(Consumer<byte[]> reader) {
        return at == to
                ? Uni.createFrom().voidItem()
                : Uni.createFrom()
                        .deferred(() -> step(reader))
                        .repeat()
                        .whilst(_ -> at < to)
                        .collect()
                        .last()
                        .replaceWithVoid();
    }

    private Uni<Long> step(Consumer<byte[]> reader) {
        return contents.read(number, at, (int) Math.min(STEP, to - at)).map(bytes -> {
            reader.accept(bytes);
            at += bytes.length;
            return at;
        });
    }
}
