package dev.tidegate.upload;

import dev.tidegate.model.Sha256;
import dev.tidegate.problem.ProblemCode;
import dev.tidegate.problem.Refusal;
import io.smallrye.mutiny.Uni;
import java.security.MessageDigest;

/** What came before is compared with what comes again: a repeated request is answered as the first one, another one is not. */
final class ComparingUpload implements FileUpload {
    private final FileContents contents;
    private final FileKey key;
    private final long number;
    private final FileSlice slice;
    private final MessageDigest digest = Sha256.begin();

    ComparingUpload(FileContents contents, FileKey key, long number, FileSlice slice) {
        this.contents = contents;
        this.key = key;
        this.number = number;
        this.slice = slice;
    }

    @Override
    public Uni<Void> take(byte[] piece) {
        digest.update(piece);
        return Uni.createFrom().voidItem();
    }

    @Override
    public Uni<StoredFile> end(byte[] last) {
        FileHash sent = FileHash.of(digest.digest(last));
        if (slice.ofSlice().filter(promised -> !promised.equals(sent)).isPresent()) {
            return Uni.createFrom().failure(FileShelf.notAsPromised());
        }
        return new FileReading(contents, number, slice.from(), slice.end())
                .digest()
                .map(kept -> FileHash.of(kept.digest()))
                .flatMap(kept -> kept.equals(sent) ? found() : Uni.createFrom().failure(otherContent()));
    }

    private Uni<StoredFile> found() {
        return contents.find(key).map(file -> file.orElseThrow(() -> FileShelf.noSuchFile(key.file())));
    }

    static Refusal otherContent() {
        return Refusal.of(
                ProblemCode.FILE_ID_REUSED,
                "You have uploaded another content under this file id. Upload this one under an id of its own.");
    }
}
