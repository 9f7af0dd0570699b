package dev.tidegate.outage;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** A batch that a client sent, with what should come of it. {@code position} is there once it was acknowledged. */
record Sent(UUID id, JsonObject body, List<Operation> operations, Optional<Long> position) {

    /** {@code event}: what the store's log should say once; nothing for what is to be rejected. */
    record Operation(JsonObject json, Optional<String> event, String outcome) {
        static Operation applied(JsonObject json, String event) {
            return new Operation(json, Optional.of(event), "applied");
        }

        static Operation rejected(JsonObject json) {
            return new Operation(json, Optional.empty(), "rejected");
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

    List<String> events() {
        return operations.stream()
                .flatMap(operation -> operation.event().stream())
                .toList();
    }

    List<String> outcomes() {
        return operations.stream().map(Operation::outcome).toList();
    }
}
