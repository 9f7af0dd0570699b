package dev.tidegate.upload;

import dev.tidegate.problem.ProblemCode;
import dev.tidegate.problem.Refusal;
import io.smallrye.mutiny.Uni;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;

/**
 * Where uploaded contents are kept until they are applied: in pieces, each of which is durable when its append completes, and
 * in any number of processes at once. Of two that upload the same file the pieces never mix.
 *
 * <p>Every method fails with a {@link Refusal} of {@code queue-unavailable} when the database does not
 * answer in time.
 */
public interface FileContents {

    /** Makes room for what is new, and says where what is begun goes on. What is sent anew replaces what is not complete. */
    Uni<FileStart> begin(FileKey key, FileSlice slice, FileRoom room);

    /**
     * Keeps a piece if the file ends at {@code at}; with the last one the hash of the whole file, which completes it. False
     * when somebody else was faster; then nothing is kept.
     */
    Uni<Boolean> append(long number, long at, byte[] piece, Optional<FileHash> whole);

    /** Takes back what came from {@code to} on, unless the file does not end at {@code received} any more, or is complete. */
    Uni<Void> cut(long number, long received, long to);

    Uni<Optional<StoredFile>> find(FileKey key);

    /**
     * At least one byte from there on, at most so many; an end of a piece may make it fewer. Refused as {@code no-such-file}
     * when there is nothing.
     */
    Uni<byte[]> read(long number, long at, int most);

    /** What a read says of a file that was begun anew or forgotten since it was found. */
    static Refusal gone() {
        return Refusal.of(ProblemCode.NO_SUCH_FILE, "The file is not there any more. Upload it again.");
    }

    /** Those that are complete, and which are not forgotten from now on until those operations are settled. */
    Uni<Set<FileId>> pin(BatchKey batch, Collection<FileUse> uses);
}
