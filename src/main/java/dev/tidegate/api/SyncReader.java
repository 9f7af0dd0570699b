package dev.tidegate.api;

import dev.tidegate.download.PullRequest;
import dev.tidegate.download.Selected;
import dev.tidegate.model.ClientId;
import dev.tidegate.model.EntityName;
import dev.tidegate.problem.ProblemCode;
import dev.tidegate.upload.BatchScope;
import dev.tidegate.upload.BatchText;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Reads what a client wants of one round trip: a batch to take in, and what to download behind it. */
@Singleton
final class SyncReader {
    /** Objects that a selective sync may name. */
    private static final int MOST_OBJECTS = 1_000;

    /** Seconds, where the request does not say: long enough for most batches, and not long when a store is down. */
    private static final int DEFAULT_WAIT = 5;

    private final PullReader pulls;
    private final int mostOperations;

    SyncReader(
            PullReader pulls,
            @ConfigProperty(name = "tidegate.limits.operations", defaultValue = "10000") int mostOperations) {
        this.pulls = pulls;
        this.mostOperations = mostOperations;
    }

    /** {@code patience}: how long at most the download waits for the batch to be applied. */
    record Asked(Optional<BatchText> batch, Wanted wanted, Duration patience) {}

    /** What to download. */
    sealed interface Wanted {

        /** What has changed, as the modes say. */
        record Changes(PullRequest request) implements Wanted {}

        /** What is named, whatever the modes say. */
        record Objects(Selected selected) implements Wanted {}
    }

    private record Named(String entity, String id, JsonObject at) {}

    Asked read(BodyCall sent) {
        Call call = sent.call();
        call.query().finish();
        JsonObject body = sent.body();
        ClientId client = new ClientId(body.uuid("client"));
        Optional<BatchText> batch = body.optionalObject("batch").map(json -> batch(json, client));
        Optional<String> since = body.optionalString("since");
        Optional<List<String>> entities = body.optionalStrings("entities", PullReader.MOST_ENTITIES);
        Optional<String> version = body.optionalString("modelVersion");
        Duration wait = Duration.ofSeconds(body.integer("wait", DEFAULT_WAIT, 0, BatchRoutes.LONGEST_WAIT));
        boolean selective = body.has("objects")
                || batch.filter(one -> one.scope() == BatchScope.SELECTED).isPresent();
        List<Named> named = body.objects("objects", MOST_OBJECTS).stream()
                .map(json -> new Named(json.string("entity"), json.string("id"), json))
                .toList();
        if (selective) {
            requireSelective(body, batch);
            call.requireOffline();
            Map<EntityName, Set<Object>> objects = new LinkedHashMap<>();
            named.forEach(one -> add(call, one, version, objects));
            body.finish();
            batch.ifPresent(one -> addTouched(call, one, version, objects));
            return new Asked(
                    batch,
                    new Wanted.Objects(
                            new Selected(call.profile(), call.caller(), PullReader.isCurrent(call, version), objects)),
                    wait);
        }
        body.finish();
        call.requireOffline();
        return new Asked(
                batch, new Wanted.Changes(pulls.request(call, Optional.of(client), since, entities, version)), wait);
    }

    private BatchText batch(JsonObject json, ClientId client) {
        BatchText batch = BatchReader.read(json, mostOperations);
        if (json.has("clientId") && !batch.client().equals(client)) {
            json.note(
                    "clientId",
                    ProblemCode.MALFORMED_REQUEST,
                    "The batch is of another client than 'client' is. A sync is of one local database.");
        }
        return batch;
    }

    private static void requireSelective(JsonObject body, Optional<BatchText> batch) {
        for (String other : List.of("since", "entities")) {
            if (body.has(other)) {
                body.note(
                        other,
                        ProblemCode.MALFORMED_REQUEST,
                        "A selective sync brings what it names, so '" + other + "' does not go with it.");
            }
        }
        if (batch.filter(one -> one.scope() != BatchScope.SELECTED).isPresent()) {
            body.note(
                    "batch",
                    ProblemCode.MALFORMED_REQUEST,
                    "The batch of a selective sync has \"scope\":\"selected\".");
        }
    }

    private void add(Call call, Named named, Optional<String> version, Map<EntityName, Set<Object>> objects) {
        pulls.onDevices(
                        call,
                        named.entity(),
                        version,
                        (code, detail) -> named.at().note("entity", code, detail))
                .ifPresent(entity -> call.edition()
                        .model()
                        .idType(entity)
                        .read(named.id())
                        .ifPresentOrElse(
                                id -> objects.computeIfAbsent(entity, _ -> new LinkedHashSet<>())
                                        .add(id),
                                () -> named.at()
                                        .note("id", ProblemCode.TYPE_MISMATCH, "This is no id of '" + entity + "'.")));
    }

    /** What its own batch concerns is named by that. What is no object there is for the batch's outcomes to tell. */
    private void addTouched(
            Call call, BatchText batch, Optional<String> version, Map<EntityName, Set<Object>> objects) {
        List<String> ignored = new ArrayList<>();
        batch.operations()
                .forEach(change -> change.id()
                        .flatMap(id -> pulls.onDevices(
                                        call, change.entity(), version, (_, detail) -> ignored.add(detail))
                                .flatMap(entity -> call.edition()
                                        .model()
                                        .idType(entity)
                                        .read(id)
                                        .map(value -> Map.entry(entity, value))))
                        .ifPresent(object -> objects.computeIfAbsent(object.getKey(), _ -> new LinkedHashSet<>())
                                .add(object.getValue())));
    }
}
