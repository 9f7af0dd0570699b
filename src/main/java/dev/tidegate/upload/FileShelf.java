package dev.tidegate.upload;

import dev.tidegate.observation.Observation;
import dev.tidegate.observation.Observer;
import dev.tidegate.problem.Problem;
import dev.tidegate.problem.ProblemCode;
import dev.tidegate.problem.Refusal;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.Optional;

/**
 * Takes in contents that are too large for the body of a batch, and gives them back to who uploaded them. An upload may break
 * at any place and goes on where it broke, begins again, or is repeated; what is complete stays as it is.
 */
public final class FileShelf {
    private static final Duration LATER = Duration.ofMinutes(1);

    private final FileContents contents;
    private final Limits limits;
    private final Observer observer;
    private volatile boolean full;

    /** The most bytes of a file, of the files of a caller, and of all. */
    public record Limits(long file, long caller, long all) {}

    public FileShelf(FileContents contents, Limits limits, Observer observer) {
        this.contents = contents;
        this.limits = limits;
        this.observer = observer;
    }

    /** The most bytes of a file. */
    public long mostBytes() {
        return limits.file();
    }

    /** So much is kept of all callers; until it is counted again, that decides whether there is room. */
    public void counted(long bytes) {
        full = bytes >= limits.all();
    }

    /**
     * The upload of a slice. Fails with a {@link Refusal} when it cannot come, and with {@link WrongOffset} when it does not
     * begin where the file goes on.
     */
    public Uni<FileUpload> begin(FileKey key, FileSlice slice) {
        if (slice.total() > limits.file()) {
            return Uni.createFrom()
                    .failure(Refusal.of(
                            ProblemCode.TOO_LARGE,
                            "A file may have " + limits.file() + " bytes; this one has " + slice.total() + "."));
        }
        return contents.begin(key, slice, new FileRoom(limits.caller(), full)).map(start -> upload(key, slice, start));
    }

    private FileUpload upload(FileKey key, FileSlice slice, FileStart start) {
        return switch (start) {
            case FileStart.Ready(long number) -> new AppendingUpload(contents, key, number, slice, observer);
            case FileStart.There(long number) -> new ComparingUpload(contents, key, number, slice);
            case FileStart.Elsewhere(long received) -> throw new WrongOffset(received);
            case FileStart.OtherFile() -> throw ComparingUpload.otherContent();
            case FileStart.CallerFull() ->
                throw new Refusal(Problem.retryable(
                        ProblemCode.RATE_LIMITED,
                        "As many bytes of your files are kept as may be (" + limits.caller()
                                + "). They go when the batches that refer to them are applied and their errors are "
                                + "deleted. Keep this one and send it later.",
                        LATER));
            case FileStart.Full() ->
                throw new Refusal(Problem.retryable(
                        ProblemCode.QUEUE_FULL,
                        "As many uploaded files are kept as may be. Keep this one and send it later.",
                        LATER));
        };
    }

    /** The file as far as it is there; refused as {@code no-such-file} when nothing of it is. */
    public Uni<StoredFile> find(FileKey key) {
        return contents.find(key).map(found -> found.orElseThrow(() -> noSuchFile(key.file())));
    }

    /** A file that is complete. */
    public Uni<StoredFile> findComplete(FileKey key) {
        return find(key).invoke(file -> {
            if (!file.isComplete()) {
                throw Refusal.of(
                        ProblemCode.NO_SUCH_FILE,
                        "The file '" + key.file() + "' is not complete: " + file.received() + " of " + file.total()
                                + " bytes have arrived.");
            }
        });
    }

    /** Some bytes of a complete file from there on, for who downloads it. */
    public Uni<byte[]> read(StoredFile file, long at, int most) {
        return contents.read(file.number(), at, most)
                .invoke(bytes -> observer.see(new Observation.FileMoved(Observation.FileWay.OUT, bytes.length)));
    }

    /** All bytes of a complete file, for who applies a change that refers to it; empty when there is no such file. */
    public Uni<Optional<byte[]>> whole(FileKey key) {
        return contents.find(key)
                .flatMap(found -> found.filter(StoredFile::isComplete)
                        .map(file -> new FileReading(contents, file.number(), 0, file.total())
                                .bytes()
                                .map(Optional::of))
                        .orElseGet(() -> Uni.createFrom().item(Optional.empty())))
                .onFailure(FileShelf::isGone)
                .recoverWithItem(Optional.empty());
    }

    private static boolean isGone(Throwable failure) {
        return failure instanceof Refusal refusal && refusal.problem().code() == ProblemCode.NO_SUCH_FILE;
    }

    static Refusal notAsPromised() {
        return Refusal.of(
                ProblemCode.DIGEST_MISMATCH,
                "What arrived does not have the SHA-256 that Content-Digest promises, so nothing of it was kept. Send it "
                        + "again.");
    }

    static Refusal wholeNotAsPromised() {
        return Refusal.of(
                ProblemCode.DIGEST_MISMATCH,
                "The file as a whole does not have the SHA-256 that Repr-Digest promises, so it was dropped. Send it "
                        + "again from its beginning.");
    }

    public static Refusal noSuchFile(FileId file) {
        return Refusal.of(
                ProblemCode.NO_SUCH_FILE,
                "No file '" + file + "' of yours is known. Upload it, and then what refers to it.");
    }
}
