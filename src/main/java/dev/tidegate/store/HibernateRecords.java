package dev.tidegate.store;

import dev.tidegate.model.BatchId;
import dev.tidegate.model.ClientKey;
import dev.tidegate.model.StoreName;
import dev.tidegate.upload.BatchHistory;
import dev.tidegate.upload.BatchKey;
import dev.tidegate.upload.BatchState;
import dev.tidegate.upload.BatchStatus;
import dev.tidegate.upload.ClientState;
import dev.tidegate.upload.Digest;
import dev.tidegate.upload.OperationOutcome;
import dev.tidegate.upload.UploadRecords;
import io.quarkus.vertx.core.runtime.context.VertxContextSafetyToggle;
import io.smallrye.common.vertx.VertxContext;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.hibernate.reactive.mutiny.Mutiny;

/** The gateway's records of batches, errors and clients, by Hibernate Reactive. A session lives within one method. */
public final class HibernateRecords implements UploadRecords {
    private final Mutiny.SessionFactory sessions;
    private final Vertx vertx;
    private final Duration deadline;

    /** @param deadline after how long a question counts as lost */
    public HibernateRecords(Mutiny.SessionFactory sessions, Vertx vertx, Duration deadline) {
        this.sessions = sessions;
        this.vertx = vertx;
        this.deadline = deadline;
    }

    @Override
    public Uni<Optional<BatchStatus>> batch(BatchKey key) {
        return ask(session -> session.find(BatchRow.class, rowKey(key))
                .flatMap(row -> row == null
                        ? Uni.createFrom().item(Optional.empty())
                        : status(session, row).map(Optional::of)));
    }

    private static Uni<BatchStatus> status(Mutiny.Session session, BatchRow batch) {
        return parts(session, batch)
                .flatMap(parts -> lanes(session, parts)
                        .flatMap(lanes -> outcomes(session, batch)
                                .map(outcomes -> new BatchStatus(
                                        new BatchId(batch.batchId),
                                        batch.position,
                                        state(batch, parts, lanes),
                                        decided(batch, parts, outcomes),
                                        Optional.of(history(batch, parts))))));
    }

    private static BatchHistory history(BatchRow batch, List<PartRow> parts) {
        return new BatchHistory(
                batch.acceptedAt.toInstant(),
                Optional.ofNullable(batch.settledAt).map(OffsetDateTime::toInstant),
                parts.stream()
                        .sorted(Comparator.comparing(part -> part.store))
                        .map(part -> new BatchHistory.Progress(
                                new StoreName(part.store),
                                part.attempts + (part.settledAt == null ? 0 : 1),
                                Optional.ofNullable(part.settledAt).map(OffsetDateTime::toInstant)))
                        .toList());
    }

    private static Uni<List<PartRow>> parts(Mutiny.Session session, BatchRow batch) {
        return session.createSelectionQuery(
                        "from PartRow p where p.caller = :caller and p.batchId = :batch", PartRow.class)
                .setParameter("caller", batch.caller)
                .setParameter("batch", batch.batchId)
                .getResultList();
    }

    private static Uni<List<LaneRow>> lanes(Mutiny.Session session, List<PartRow> parts) {
        return parts.isEmpty()
                ? Uni.createFrom().item(List.of())
                : session.createSelectionQuery("from LaneRow l where l.lane = :lane", LaneRow.class)
                        .setParameter("lane", parts.getFirst().lane)
                        .getResultList();
    }

    private static Uni<List<OutcomeRow>> outcomes(Mutiny.Session session, BatchRow batch) {
        return session.createSelectionQuery(
                        "from OutcomeRow o where o.caller = :caller and o.batchId = :batch order by o.index",
                        OutcomeRow.class)
                .setParameter("caller", batch.caller)
                .setParameter("batch", batch.batchId)
                .getResultList();
    }

    /** A batch is being applied once one of its parts is done, or is first in a lane that a worker holds. */
    private static BatchState state(BatchRow batch, List<PartRow> parts, List<LaneRow> lanes) {
        BatchState kept = BatchState.of(batch.state).orElse(BatchState.QUEUED);
        boolean begun = parts.stream()
                .anyMatch(part -> !part.state.equals("queued")
                        || lanes.stream()
                                .anyMatch(lane -> lane.leased
                                        && lane.store.equals(part.store)
                                        && lane.settledPosition == part.previous));
        return kept == BatchState.QUEUED && begun ? BatchState.APPLYING : kept;
    }

    /** Only what is not plainly applied has a row; the other operations of a part that is done were applied. */
    private static List<OperationOutcome> decided(BatchRow batch, List<PartRow> parts, List<OutcomeRow> rows) {
        Map<Integer, OperationOutcome> known = rows.stream()
                .map(row -> QueueJson.readOutcome(row.index, row.outcome, row.problem, row.current))
                .collect(Collectors.toMap(OperationOutcome::index, Function.identity()));
        Set<Integer> applied = new HashSet<>();
        parts.stream()
                .filter(part -> !part.state.equals("queued"))
                .forEach(part -> applied.addAll(Arrays.asList(part.operations)));
        List<OperationOutcome> decided = new ArrayList<>();
        IntStream.range(0, batch.size).forEach(index -> {
            OperationOutcome outcome = known.get(index);
            if (outcome != null) {
                decided.add(outcome);
            } else if (applied.contains(index)) {
                decided.add(OperationOutcome.applied(index));
            }
        });
        return decided;
    }

    @Override
    public Uni<Optional<Digest>> digest(BatchKey key) {
        return ask(session -> session.find(BatchRow.class, rowKey(key))
                .map(row -> Optional.ofNullable(row).map(found -> new Digest(found.digest))));
    }

    @Override
    public Uni<Optional<ClientState>> client(ClientKey client) {
        return ask(session -> session.find(
                        ClientRow.class,
                        new ClientRow.Key(client.caller(), client.client().value()))
                .flatMap(row -> row == null || row.position == 0
                        ? Uni.createFrom().item(Optional.empty())
                        : unsettled(session, row).map(batches -> Optional.of(state(row, batches)))));
    }

    private static Uni<List<BatchRow>> unsettled(Mutiny.Session session, ClientRow client) {
        return session.createSelectionQuery(
                        "from BatchRow b where b.caller = :caller and b.clientId = :client and b.state = 'queued' "
                                + "order by b.position",
                        BatchRow.class)
                .setParameter("caller", client.caller)
                .setParameter("client", client.clientId)
                .getResultList();
    }

    private static ClientState state(ClientRow client, List<BatchRow> unsettled) {
        return new ClientState(
                client.position,
                unsettled.isEmpty() ? client.position : unsettled.getFirst().position - 1,
                unsettled.stream().map(batch -> new BatchId(batch.batchId)).toList());
    }

    private static BatchRow.Key rowKey(BatchKey key) {
        return new BatchRow.Key(key.caller(), key.batch().value());
    }

    private <T> Uni<T> ask(Function<Mutiny.Session, Uni<T>> question) {
        return onContext(() -> sessions.withSession(question));
    }

    /** Sessions belong to a Vert.x context; whoever asks may be on any thread, and gets the answer on that context. */
    private <T> Uni<T> onContext(Supplier<Uni<T>> work) {
        Uni<T> question = Uni.createFrom()
                .emitter(emitter -> context()
                        .runOnContext(_ -> Uni.createFrom()
                                .deferred(() -> work.get())
                                .subscribe()
                                .with(emitter::complete, emitter::fail)));
        return QueueAnswers.timely(question, deadline);
    }

    /** A context of its own for each question, since Hibernate keeps the session on it. */
    private Context context() {
        Context context = Objects.requireNonNull(VertxContext.createNewDuplicatedContext(vertx.getOrCreateContext()));
        VertxContextSafetyToggle.setContextSafe(context, true);
        return context;
    }
}
