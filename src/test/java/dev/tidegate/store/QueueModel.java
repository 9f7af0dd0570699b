package dev.tidegate.store;

import dev.tidegate.model.BatchId;
import dev.tidegate.model.ClientKey;
import dev.tidegate.model.StoreName;
import dev.tidegate.upload.Acceptance;
import dev.tidegate.upload.BatchKey;
import dev.tidegate.upload.OperationOutcome;
import dev.tidegate.upload.QueueRoom;
import dev.tidegate.upload.Submission;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What the queue ought to do, as plainly as it can be said: lists and maps, one thing after the other. Leases and pauses
 * either are over at once or never end.
 */
final class QueueModel {
    private final Map<ClientKey, Client> clients = new HashMap<>();
    private final Map<BatchKey, Batch> batches = new LinkedHashMap<>();
    private final Map<LaneKey, Lane> lanes =
            new TreeMap<>((a, b) -> a.toString().compareTo(b.toString()));

    record LaneKey(StoreName store, ClientKey client) {}

    /** A part as a lease gives it. */
    record Leased(LaneKey lane, long position, long previous, int attempts, int delays, boolean takenOver) {}

    private static final class Client {
        private long position;
        private @Nullable BatchId last;
    }

    private static final class Batch {
        private final Submission sent;
        private final long position;
        private String state = "queued";
        private boolean errors;

        Batch(Submission sent, long position) {
            this.sent = sent;
            this.position = position;
        }
    }

    private static final class PartOf {
        private final BatchKey batch;
        private final long previous;
        private int attempts;
        private String state = "queued";

        PartOf(BatchKey batch, long previous) {
            this.batch = batch;
            this.previous = previous;
        }
    }

    private static final class Lane {
        private final TreeMap<Long, PartOf> parts = new TreeMap<>();
        private long settled;
        private @Nullable UUID leasedBy;
        private boolean leaseOver = true;
        private boolean paused;
        private int delays;

        private Optional<Map.Entry<Long, PartOf>> first() {
            return Optional.ofNullable(parts.higherEntry(settled));
        }
    }

    List<Acceptance> accept(List<Submission> group, QueueRoom room) {
        return group.stream().map(one -> accept(one, room)).toList();
    }

    private Acceptance accept(Submission sent, QueueRoom room) {
        Client client = clients.computeIfAbsent(sent.client(), _ -> new Client());
        Batch known = batches.get(sent.key());
        if (known != null) {
            return known.sent.digest().equals(sent.digest())
                    ? new Acceptance.Duplicate(known.position)
                    : new Acceptance.IdReused();
        }
        BatchId id = sent.batch().id();
        if (id.equals(client.last)) {
            return new Acceptance.Duplicate(client.position);
        }
        Optional<BatchId> after = sent.batch().after();
        if (after.isPresent() && !after.get().equals(client.last) && !isKnown(after.get(), sent.client())) {
            return new Acceptance.UnknownPredecessor();
        }
        Optional<Long> oldest = oldestWaiting(sent.client());
        if (oldest.isPresent() && client.position - oldest.get() + 1 >= room.clientBatches()) {
            return new Acceptance.ClientFull();
        }
        if (room.full()) {
            return new Acceptance.QueueFull();
        }
        take(sent, client);
        return new Acceptance.Accepted(client.position);
    }

    private boolean isKnown(BatchId batch, ClientKey client) {
        Batch known = batches.get(new BatchKey(client.caller(), batch));
        return known != null && known.sent.client().equals(client);
    }

    private Optional<Long> oldestWaiting(ClientKey client) {
        return batches.values().stream()
                .filter(batch -> batch.sent.client().equals(client) && batch.state.equals("queued"))
                .map(batch -> batch.position)
                .min(Long::compare);
    }

    private void take(Submission sent, Client client) {
        client.position++;
        client.last = sent.batch().id();
        Batch batch = new Batch(sent, client.position);
        batch.errors = sent.decided().stream().anyMatch(OperationOutcome::isError);
        batches.put(sent.key(), batch);
        for (Submission.Share share : sent.shares()) {
            Lane lane = lanes.computeIfAbsent(new LaneKey(share.store(), sent.client()), _ -> new Lane());
            long previous = lane.parts.isEmpty() ? 0 : lane.parts.lastKey();
            lane.parts.put(client.position, new PartOf(sent.key(), previous));
        }
    }

    /** All that may be leased; takes them. */
    List<Leased> lease(UUID worker, Set<StoreName> stores, boolean overAtOnce) {
        List<Leased> leased = new ArrayList<>();
        ready(stores).forEach(entry -> {
            Lane lane = entry.getValue();
            Map.Entry<Long, PartOf> part = lane.first().orElseThrow();
            leased.add(new Leased(
                    entry.getKey(),
                    part.getKey(),
                    part.getValue().previous,
                    part.getValue().attempts,
                    lane.delays,
                    lane.leasedBy != null));
            lane.leasedBy = worker;
            lane.leaseOver = overAtOnce;
        });
        return leased;
    }

    private Stream<Map.Entry<LaneKey, Lane>> ready(Set<StoreName> stores) {
        return lanes.entrySet().stream()
                .filter(entry -> stores.contains(entry.getKey().store())
                        && entry.getValue().first().isPresent()
                        && !entry.getValue().paused
                        && (entry.getValue().leasedBy == null || entry.getValue().leaseOver));
    }

    void settle(Leased leased, boolean rejected, boolean failed) {
        Lane lane = lane(leased);
        lane.settled = Math.max(lane.settled, leased.position());
        lane.leasedBy = null;
        lane.paused = false;
        lane.delays = 0;
        PartOf part = lane.parts.get(leased.position());
        if (part == null || !part.state.equals("queued")) {
            return;
        }
        part.state = failed ? "failed" : "settled";
        Batch batch = batches.get(part.batch);
        if (batch == null) {
            throw new IllegalStateException("a part that waits has a batch");
        }
        batch.errors |= rejected;
        List<PartOf> all = partsOf(part.batch);
        if (all.stream().noneMatch(one -> one.state.equals("queued"))) {
            batch.state = all.stream().anyMatch(one -> one.state.equals("failed"))
                    ? "failed"
                    : batch.errors ? "applied-with-errors" : "applied";
        }
    }

    private List<PartOf> partsOf(BatchKey batch) {
        return lanes.values().stream()
                .flatMap(lane -> lane.parts.values().stream())
                .filter(part -> part.batch.equals(batch))
                .toList();
    }

    void postpone(Leased leased, boolean forEver, boolean ownFault) {
        Lane lane = lane(leased);
        PartOf part = lane.parts.get(leased.position());
        if (ownFault && part != null) {
            part.attempts++;
        }
        lane.leasedBy = null;
        lane.delays += ownFault ? 0 : 1;
        lane.paused = forEver;
    }

    void resume(StoreName store) {
        lanes.forEach((key, lane) -> {
            if (key.store().equals(store) && lane.first().isPresent() && lane.paused) {
                lane.paused = false;
                lane.delays = 0;
            }
        });
    }

    void release(UUID worker) {
        lanes.values().stream().filter(lane -> worker.equals(lane.leasedBy)).forEach(lane -> lane.leasedBy = null);
    }

    /** All that is settled is old enough, and forgotten unless it has errors. */
    void forget() {
        List<BatchKey> gone = batches.entrySet().stream()
                .filter(entry -> !entry.getValue().state.equals("queued") && !entry.getValue().errors)
                .map(Map.Entry::getKey)
                .toList();
        gone.forEach(batches::remove);
    }

    private Lane lane(Leased leased) {
        Lane lane = lanes.get(leased.lane());
        if (lane == null) {
            throw new IllegalStateException("leased from no lane");
        }
        return lane;
    }

    /** The states of all batches that are known, by their keys. */
    Map<String, String> states() {
        Map<String, String> states = new TreeMap<>();
        batches.forEach((key, batch) -> states.put(key.caller() + " " + key.batch(), batch.state));
        return states;
    }

    Optional<BatchId> last(ClientKey client) {
        return Optional.ofNullable(clients.get(client)).flatMap(known -> Optional.ofNullable(known.last));
    }
}
