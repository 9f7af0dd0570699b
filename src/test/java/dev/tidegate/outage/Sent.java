package dev.tidegate.outage;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** A batch that a client sends, with what should come of it. {@code position} is there once it was acknowledged. */
record Sent(UUID id, JsonObject body, List<Operation> operations, Optional<Long> position) {

    /**
     * What should come of an operation. {@code event}: what the store's log should say once; nothing for what is to be
     * rejected. {@code late}: it may wait for what another client is still to create, and so be applied after its turn.
     */
    record Fate(Optional<String> event, String outcome, boolean late) {}

    record Operation(JsonObject json, Fate fate) {
        static Operation applied(JsonObject json, String event) {
            return new Operation(json, new Fate(Optional.of(event), "applied", false));
        }

        static Operation rejected(JsonObject json) {
            return new Operation(json, new Fate(Optional.empty(), "rejected", false));
        }

        Operation late() {
            return new Operation(json, new Fate(fate.event(), fate.outcome(), true));
        }
    }

    static Sent of(UUID client, Optional<UUID> after, List<Operation> operations) {
        UUID id = UUID.randomUUID();
        JsonObject body = new JsonObject()
                .put("batchId", id.toString())
                .put("clientId", client.toString())
                .put(
                        "operations",
                        new JsonArray(operations.stream().map(Operation::json).toList()));
        after.ifPresent(before -> body.put("after", before.toString()));
        return new Sent(id, body, List.copyOf(operations), Optional.empty());
    }

    Sent acknowledged(long at) {
        return new Sent(id, body, operations, Optional.of(at));
    }

    Expected expected() {
        return new Expected(
                id, position, operations.stream().map(Operation::fate).toList());
    }
}
