package dev.tidegate.download;

import dev.tidegate.model.BatchId;
import dev.tidegate.model.ClientId;
import dev.tidegate.model.StoreName;
import java.util.List;
import java.util.Set;

/** A batch that was accepted just before a download, at its position in its client's lane, with parts in some stores. */
public record SentBatch(ClientId client, BatchId id, long position, Set<StoreName> stores) {
    public SentBatch {
        stores = Set.copyOf(stores);
    }

    /** All that the client is known to have been told of. */
    ReceiptMark before() {
        return new ReceiptMark(position - 1, List.of());
    }

    /** A receipt of this batch only. Of no position: what other batches have changed was not sent. */
    Receipt only(Receipt receipt) {
        return new Receipt(
                client,
                0,
                receipt.position() >= position ? List.of(id) : List.of(),
                receipt.outcomes().stream()
                        .filter(outcome -> outcome.batch().equals(id))
                        .toList(),
                receipt.pending().stream()
                        .filter(pending -> pending.batch().equals(id))
                        .toList());
    }
}
