package dev.tidegate.api;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.tidegate.connectivity.StoreStates;
import dev.tidegate.model.BatchId;
import dev.tidegate.model.ClientId;
import dev.tidegate.model.ClientKey;
import dev.tidegate.model.StoreName;
import dev.tidegate.problem.ProblemCode;
import dev.tidegate.problem.Refusal;
import dev.tidegate.upload.BatchKey;
import dev.tidegate.upload.BatchState;
import dev.tidegate.upload.QueueOverview;
import dev.tidegate.upload.UploadRecords;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/** What an operator looks at besides: clients and batches of all callers, and the stores. */
@Path("/admin")
@Produces(MediaType.APPLICATION_JSON)
public final class QueueResource {
    private static final int USUAL_PAGE = 100;
    private static final int LARGEST_PAGE = 1_000;

    private final Calls calls;
    private final QueueOverview overview;
    private final UploadRecords records;
    private final StoreStates stores;

    QueueResource(Calls calls, QueueOverview overview, UploadRecords records, StoreStates stores) {
        this.calls = calls;
        this.overview = overview;
        this.records = records;
        this.stores = stores;
    }

    @GET
    @Path("clients")
    public Uni<byte[]> clients() {
        return calls.ofOperator().flatMap(call -> {
            QueryString query = call.query();
            Optional<String> caller = DeadLetterFilters.name(query, "caller");
            int limit = query.integer("limit", 1, LARGEST_PAGE).orElse(USUAL_PAGE);
            Optional<ClientKey> after =
                    OperatorPages.afterKey(query).map(key -> new ClientKey(key.caller(), new ClientId(key.id())));
            query.finish();
            return overview.lanes(caller, after, limit + 1)
                    .map(found -> page("clients", found, limit, QueueResource::write, QueueResource::key));
        });
    }

    @GET
    @Path("batches")
    public Uni<byte[]> batches() {
        return calls.ofOperator().flatMap(call -> {
            QueryString query = call.query();
            Optional<BatchState> state = state(query);
            Optional<String> caller = DeadLetterFilters.name(query, "caller");
            Optional<ClientId> client = query.uuid("client").map(ClientId::new);
            int limit = query.integer("limit", 1, LARGEST_PAGE).orElse(USUAL_PAGE);
            Optional<BatchKey> after =
                    OperatorPages.afterKey(query).map(key -> new BatchKey(key.caller(), new BatchId(key.id())));
            query.finish();
            return overview.batches(state, caller, client, after, limit + 1)
                    .map(found -> page("batches", found, limit, QueueResource::write, QueueResource::key));
        });
    }

    /** Whether a batch is being applied just now is asked of one batch only. */
    private static Optional<BatchState> state(QueryString query) {
        Optional<String> text = query.text("state");
        Optional<BatchState> state = text.flatMap(BatchState::of).filter(known -> known != BatchState.APPLYING);
        if (text.isPresent() && state.isEmpty()) {
            query.violations()
                    .in(
                            "state",
                            ProblemCode.MALFORMED_REQUEST,
                            "Parameter 'state' has to be one of queued (also while it is being applied), applied, "
                                    + "applied-with-errors, failed, discarded.");
        }
        return state;
    }

    @GET
    @Path("batches/{caller}/{batchId}")
    public Uni<byte[]> batch(@PathParam("caller") String caller, @PathParam("batchId") String batchId) {
        return calls.ofOperator().flatMap(call -> {
            call.query().finish();
            BatchId id = Texts.uuid(batchId).map(BatchId::new).orElseThrow(() -> noSuchBatch(caller, batchId));
            return records.batch(new BatchKey(caller, id))
                    .map(found -> BatchJson.of(found.orElseThrow(() -> noSuchBatch(caller, batchId))));
        });
    }

    @GET
    @Path("stores")
    public Uni<byte[]> stores() {
        return calls.ofOperator().map(call -> {
            call.query().finish();
            return BatchJson.bytes(json -> {
                json.writeStartObject();
                json.writeArrayFieldStart("stores");
                for (StoreName store : stores.stores()) {
                    write(json, store);
                }
                json.writeEndArray();
                json.writeEndObject();
            });
        });
    }

    private void write(JsonGenerator json, StoreName store) throws IOException {
        json.writeStartObject();
        json.writeStringField("store", store.value());
        json.writeStringField("state", word(stores.of(store).name()));
        json.writeStringField("circuit", word(stores.circuit(store).name()));
        Optional<Duration> again = stores.retryAfter(store);
        if (again.isPresent()) {
            json.writeNumberField("retryAfterSeconds", again.get().toSeconds());
        } else {
            json.writeNullField("retryAfterSeconds");
        }
        json.writeEndObject();
    }

    private static String word(String constant) {
        return constant.toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private interface Writing<T> {
        void write(JsonGenerator json, T row) throws IOException;
    }

    private static <T> byte[] page(
            String name, List<T> found, int limit, Writing<T> writing, Function<T, OperatorPages.Key> key) {
        List<T> rows = found.stream().limit(limit).toList();
        return BatchJson.bytes(json -> {
            json.writeStartObject();
            json.writeArrayFieldStart(name);
            for (T row : rows) {
                json.writeStartObject();
                writing.write(json, row);
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeStringField(
                    "next", found.size() > limit ? key.apply(rows.getLast()).toString() : null);
            json.writeEndObject();
        });
    }

    private static OperatorPages.Key key(QueueOverview.Lane lane) {
        return new OperatorPages.Key(
                lane.client().caller(), lane.client().client().value());
    }

    private static OperatorPages.Key key(QueueOverview.Line line) {
        return new OperatorPages.Key(line.key().caller(), line.key().batch().value());
    }

    private static void write(JsonGenerator json, QueueOverview.Lane lane) throws IOException {
        json.writeStringField("caller", lane.client().caller());
        json.writeStringField("clientId", lane.client().client().toString());
        json.writeNumberField("position", lane.position());
        json.writeNumberField("settledPosition", lane.settled());
        if (lane.oldest().isPresent()) {
            QueueOverview.Waiting oldest = lane.oldest().get();
            json.writeObjectFieldStart("oldestUnsettled");
            json.writeStringField("batchId", oldest.batch().toString());
            json.writeStringField("acceptedAt", BatchJson.TIME.format(oldest.since()));
            json.writeEndObject();
        } else {
            json.writeNullField("oldestUnsettled");
        }
    }

    private static void write(JsonGenerator json, QueueOverview.Line line) throws IOException {
        json.writeStringField("caller", line.key().caller());
        json.writeStringField("batchId", line.key().batch().toString());
        json.writeStringField("clientId", line.client().toString());
        json.writeStringField("profile", line.profile());
        json.writeNumberField("position", line.position());
        json.writeStringField("state", line.state().key());
        json.writeNumberField("operations", line.operations());
        json.writeStringField("acceptedAt", BatchJson.TIME.format(line.acceptedAt()));
        json.writeStringField(
                "settledAt", line.settledAt().map(BatchJson.TIME::format).orElse(null));
    }

    private static Refusal noSuchBatch(String caller, String id) {
        return Refusal.of(
                ProblemCode.NO_SUCH_BATCH,
                "No batch '" + Texts.shorten(id) + "' of '" + Texts.shorten(caller) + "' is known.");
    }
}
