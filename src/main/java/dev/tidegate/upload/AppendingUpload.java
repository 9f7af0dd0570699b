package dev.tidegate.upload;

import dev.tidegate.model.Sha256;
import dev.tidegate.observation.Observation;
import dev.tidegate.observation.Observer;
import io.smallrye.mutiny.Uni;
import java.security.MessageDigest;
import java.util.Optional;

/** What is new is kept as it comes. With its end it is compared with what was promised; what differs is taken back. */
final class AppendingUpload implements FileUpload {
    private final FileContents contents;
    private final FileKey key;
    private final long number;
    private final FileSlice slice;
    private final Observer observer;
    private final MessageDigest digest = Sha256.begin();
    private long at;

    AppendingUpload(FileContents contents, FileKey key, long number, FileSlice slice, Observer observer) {
        this.contents = contents;
        this.key = key;
        this.number = number;
        this.slice = slice;
        this.observer = observer;
        this.at = slice.from();
    }

    @Override
    public Uni<Void> take(byte[] piece) {
        digest.update(piece);
        return append(piece, Optional.empty());
    }

    @Override
    public Uni<StoredFile> end(byte[] last) {
        FileHash sent = FileHash.of(digest.digest(last));
        if (slice.ofSlice().filter(promised -> !promised.equals(sent)).isPresent()) {
            return takenBack(slice.from(), FileShelf.notAsPromised());
        }
        return slice.isLast()
                ? whole(sent, last).flatMap(whole -> completed(last, whole))
                : append(last, Optional.empty()).map(_ -> stored(Optional.empty()));
    }

    private Uni<FileHash> whole(FileHash sent, byte[] last) {
        return slice.isWhole()
                ? Uni.createFrom().item(sent)
                : new FileReading(contents, number, 0, at).digest().map(before -> FileHash.of(before.digest(last)));
    }

    private Uni<StoredFile> completed(byte[] last, FileHash whole) {
        return slice.ofWhole().filter(promised -> !promised.equals(whole)).isPresent()
                ? takenBack(0, FileShelf.wholeNotAsPromised())
                : append(last, Optional.of(whole))
                        .invoke(() -> observer.see(new Observation.FileCompleted(slice.total())))
                        .map(_ -> stored(Optional.of(whole)));
    }

    private StoredFile stored(Optional<FileHash> whole) {
        return new StoredFile(number, slice.total(), at, whole);
    }

    private Uni<Void> append(byte[] piece, Optional<FileHash> whole) {
        return contents.append(number, at, piece, whole)
                .flatMap(mine -> mine ? Uni.createFrom().voidItem() : overtaken())
                .invoke(() -> {
                    at += piece.length;
                    observer.see(new Observation.FileMoved(Observation.FileWay.IN, piece.length));
                });
    }

    private <T> Uni<T> takenBack(long to, RuntimeException why) {
        return contents.cut(number, at, to).flatMap(_ -> Uni.createFrom().failure(why));
    }

    /** Another request sends the same file, and was faster. */
    private Uni<Void> overtaken() {
        return contents.find(key)
                .flatMap(found -> Uni.createFrom()
                        .failure(new WrongOffset(found.map(StoredFile::received).orElse(0L))));
    }
}
