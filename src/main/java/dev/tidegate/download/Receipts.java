package dev.tidegate.download;

import dev.tidegate.model.ClientId;
import dev.tidegate.model.StoreName;
import dev.tidegate.observation.Observation;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Receipts (store-protocol 20): what the lanes say in the snapshots of a pull, told with the ids that the gateway's own database
 * knows. A store that could not be asked says nothing, so a batch with a part there stays as the receipt before had it. What
 * the gateway's database does not know has no name and is not told.
 */
public final class Receipts {
    /** A receipt, and what the cursor has to remember of it. */
    public record Issued(Receipt receipt, ReceiptMark mark) {}

    private final ReceiptMark since;
    private final Map<StoreName, LaneState> lanes;

    private Receipts(ReceiptMark since, Map<StoreName, LaneState> lanes) {
        this.since = since;
        this.lanes = lanes;
    }

    /**
     * What has to be asked before a receipt can be issued, after the snapshots were taken.
     *
     * @param since the receipt before, which the lanes were asked with
     * @param lanes of every store that has parts of the client's batches and could be asked, also of those of which nothing is pulled
     */
    public static ClientBatches.Question question(ReceiptMark since, Map<StoreName, LaneState> lanes) {
        Map<StoreName, Long> positions = new HashMap<>();
        lanes.forEach((store, lane) -> positions.put(store, lane.position()));
        return new ClientBatches.Question(since, positions, new Receipts(since, lanes).places());
    }

    /** The receipt of these snapshots, by the answer to {@link #question}. */
    public static Issued issue(
            ClientId client, ReceiptMark since, Map<StoreName, LaneState> lanes, ClientBatches.Known known) {
        return new Receipts(since, lanes).issue(client, known);
    }

    private Issued issue(ClientId client, ClientBatches.Known known) {
        long position = position(known);
        List<ClientBatches.Accepted> beyond = known.batches().stream()
                .filter(batch -> batch.position() > position && isSettled(batch))
                .toList();
        return new Issued(
                new Receipt(
                        client,
                        position,
                        beyond.stream().map(ClientBatches.Accepted::id).toList(),
                        outcomes(known),
                        pending(known)),
                new ReceiptMark(
                        position,
                        beyond.stream().map(ClientBatches.Accepted::position).toList()));
    }

    /** A receipt never takes back what the one before it said. */
    private long position(ClientBatches.Known known) {
        long settled = known.batches().stream()
                .filter(batch -> !isSettled(batch))
                .findFirst()
                .map(first -> first.position() - 1)
                .orElse(known.last());
        return Math.max(since.position(), settled);
    }

    private boolean isSettled(ClientBatches.Accepted batch) {
        return since.covers(batch.position())
                || batch.stores().stream()
                        .allMatch(store -> Optional.ofNullable(lanes.get(store))
                                .filter(lane -> lane.position() >= batch.position())
                                .isPresent());
    }

    private List<Receipt.Outcome> outcomes(ClientBatches.Known known) {
        return news().sorted(Comparator.comparing(LaneState.Settled::place))
                .flatMap(settled ->
                        Optional.ofNullable(known.names().get(settled.place().position()))
                                .map(batch -> new Receipt.Outcome(
                                        batch,
                                        settled.place().index(),
                                        settled.entity(),
                                        settled.id(),
                                        settled.outcome(),
                                        settled.version(),
                                        settled.problem(),
                                        Optional.ofNullable(known.errors().get(settled.place()))))
                                .stream())
                .toList();
    }

    private List<Receipt.Pending> pending(ClientBatches.Known known) {
        NavigableSet<OperationPlace> all = new TreeSet<>(known.parkedElsewhere());
        parked().forEach(all::addAll);
        List<Receipt.Pending> pending = new ArrayList<>();
        all.forEach(place -> Optional.ofNullable(known.names().get(place.position()))
                .ifPresent(batch -> pending.add(new Receipt.Pending(batch, place.index()))));
        return pending;
    }

    private NavigableSet<OperationPlace> places() {
        NavigableSet<OperationPlace> places = new TreeSet<>();
        news().map(LaneState.Settled::place).forEach(places::add);
        parked().forEach(places::addAll);
        return places;
    }

    /** What the receipt before did not say. */
    private Stream<LaneState.Settled> news() {
        return lanes.values().stream()
                .flatMap(lane -> lane.settled().stream())
                .filter(settled -> settled.news() && settled.outcome() != Observation.Outcome.APPLIED);
    }

    private Stream<? extends Collection<OperationPlace>> parked() {
        return lanes.values().stream().map(LaneState::parked);
    }
}
