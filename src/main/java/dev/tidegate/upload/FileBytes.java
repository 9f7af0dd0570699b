package dev.tidegate.upload;

import io.smallrye.mutiny.Uni;

/** Reads a whole file into memory, as it is bound to a statement. */
final class FileBytes {
    private static final int STEP = 256 * 1024;

    private final FileContents contents;
    private final StoredFile file;
    private final byte[] bytes;
    private int at;

    FileBytes(FileContents contents, StoredFile file) {
        this.contents = contents;
        this.file = file;
        this.bytes = new byte[Math.toIntExact(file.total())];
    }

    Uni<byte[]> run() {
        return bytes.length == 0
                ? Uni.createFrom().item(bytes)
                : Uni.createFrom()
                        .deferred(this::step)
                        .repeat()
                        .whilst(_ -> at < bytes.length)
                        .collect()
                        .last()
                        .replaceWith(bytes);
    }

    private Uni<Integer> step() {
        return contents.read(file.number(), at, Math.min(STEP, bytes.length - at))
                .map(some -> {
                    System.arraycopy(some, 0, bytes, at, some.length);
                    at += some.length;
                    return at;
                });
    }
}
