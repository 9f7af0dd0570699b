package dev.tidegate.upload;

import dev.tidegate.policy.Sha256;
import io.smallrye.mutiny.Uni;
import java.security.MessageDigest;

/** Hashes a part of what is kept, with a piece of it in memory at a time. */
final class FileHashing {
    private static final int STEP = 256 * 1024;

    private final FileContents contents;
    private final long number;
    private final long to;
    private final MessageDigest digest = Sha256.begin();
    private long at;

    FileHashing(FileContents contents, long number, long from, long to) {
        this.contents = contents;
        this.number = number;
        this.at = from;
        this.to = to;
    }

    /** The digest, which may go on. */
    Uni<MessageDigest> run() {
        return at == to
                ? Uni.createFrom().item(digest)
                : Uni.createFrom()
                        .deferred(this::step)
                        .repeat()
                        .whilst(_ -> at < to)
                        .collect()
                        .last()
                        .replaceWith(digest);
    }

    private Uni<Long> step() {
        return contents.read(number, at, (int) Math.min(STEP, to - at)).map(bytes -> {
            digest.update(bytes);
            at += bytes.length;
            return at;
        });
    }
}
