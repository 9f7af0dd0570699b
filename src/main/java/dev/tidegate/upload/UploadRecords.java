package dev.tidegate.upload;

import dev.tidegate.model.ClientKey;
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

    Uni<Optional<ClientState>> client(ClientKey client);
}
