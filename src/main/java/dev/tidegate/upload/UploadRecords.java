package dev.tidegate.upload;

import io.smallrye.mutiny.Uni;
import java.util.Optional;

/**
 * What the gateway remembers of batches, for those who ask. Everything is looked up under its caller's name: nobody learns
 * anything about the batches of another.
 *
 * <p>Every method fails with a {@link dev.tidegate.problem.Refusal} of {@code queue-unavailable} when the database does not
 * answer in time.
 */
public interface UploadRecords {

    Uni<Optional<BatchStatus>> batch(BatchKey key);

    /** The digest of an accepted batch's content. */
    Uni<Optional<Digest>> digest(BatchKey key);

    /** Kept errors of a client, oldest first, beginning behind {@code after} (which may be deleted meanwhile). */
    Uni<ErrorPage> errors(ClientKey client, int limit, Optional<ErrorId> after);

    /** Whether there was such an error to delete. */
    Uni<Boolean> deleteError(String caller, ErrorId error);

    Uni<Optional<ClientState>> client(ClientKey client);
}
