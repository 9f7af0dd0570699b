package dev.tidegate.download;

import dev.tidegate.model.ClientId;
import dev.tidegate.model.ClientKey;
import dev.tidegate.model.LaneId;
import dev.tidegate.model.StoreName;
import dev.tidegate.policy.Caller;
import dev.tidegate.sql.Bind;
import dev.tidegate.sql.LaneStatements;
import dev.tidegate.sql.SqlStatement;
import io.smallrye.mutiny.Uni;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the moments that one download has led to say of its client's own batches; without a client nothing. */
final class OwnLanes {
    private final Pulls.Sources sources;
    private final Optional<ClientKey> client;
    private final Map<StoreName, LaneState> lanes = new HashMap<>();

    OwnLanes(Pulls.Sources sources, Caller caller, Optional<ClientId> client) {
        this.sources = sources;
        this.client = client.map(id -> new ClientKey(caller.name(), id));
    }

    /** Whose lanes have been read. */
    Set<StoreName> stores() {
        return lanes.keySet();
    }

    /** For statements that look for what the client's own batches concern. */
    Map<Bind, Object> binds(StoreName store, ReceiptMark mark) {
        return lane(store)
                .<Map<Bind, Object>>map(lane -> Map.of(new Bind.Lane(), lane.value(), new Bind.Told(), mark.position()))
                .orElseGet(Map::of);
    }

    /** What a moment says; {@code told}: of the receipt that the mark is of. It counts once it is {@link #keep kept}. */
    Uni<Optional<LaneState>> read(StoreName store, StoreSnapshot snapshot, Optional<Snapshot> told, ReceiptMark mark) {
        Optional<LaneId> lane = lane(store);
        if (lane.isEmpty()) {
            return Uni.createFrom().item(Optional.empty());
        }
        SqlStatement statement = told.map(
                        since -> LaneStatements.since(lane.get(), since.text(), mark.position(), mark.settled()))
                .orElseGet(() -> LaneStatements.whole(lane.get()));
        return snapshot.rows(statement)
                .map((List<@Nullable Object[]> rows) -> Optional.of(LaneState.of(rows, sources.problems())));
    }

    /** What the moment says to which the download has led. */
    void keep(StoreName store, Optional<LaneState> said) {
        said.ifPresent(lane -> lanes.put(store, lane));
    }

    /** To be asked for after all moments, so that every batch that one of them holds is known. */
    Uni<Optional<Receipts.Issued>> receipt(ReceiptMark since) {
        return client.map(key -> sources.batches()
                        .known(key, Receipts.question(since, lanes))
                        .map(known -> Optional.of(Receipts.issue(key.client(), since, lanes, known))))
                .orElseGet(() -> Uni.createFrom().item(Optional.empty()));
    }

    private Optional<LaneId> lane(StoreName store) {
        return client.map(key -> key.lane().in(store));
    }
}
