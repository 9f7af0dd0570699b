package dev.tidegate.upload;

import dev.tidegate.model.ClientKey;
import dev.tidegate.model.StoreName;
import java.util.List;

/**
 * A batch that is ready to be made durable: judged, its hashed strings hashed, split by store. {@code decided} are the
 * outcomes that hold whatever the stores say; {@code digest} tells equal content from other content.
 */
public record Submission(
        Submitter submitter, BatchText batch, Digest digest, List<Share> shares, List<OperationOutcome> decided) {

    public Submission {
        shares = List.copyOf(shares);
        decided = List.copyOf(decided);
        if (shares.isEmpty()) {
            throw new IllegalArgumentException("a batch without a part would never be settled");
        }
    }

    public BatchKey key() {
        return new BatchKey(submitter.caller().name(), batch.id());
    }

    public ClientKey client() {
        return new ClientKey(submitter.caller().name(), batch.client());
    }

    /** Which operations of the batch are for one store (store-protocol 2). */
    public record Share(StoreName store, List<Integer> operations) {
        public Share {
            operations = List.copyOf(operations);
        }
    }
}
