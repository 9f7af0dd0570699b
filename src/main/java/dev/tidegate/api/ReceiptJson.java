package dev.tidegate.api;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.tidegate.download.Receipt;
import dev.tidegate.model.BatchId;
import java.io.IOException;
import java.util.Locale;
import java.util.Optional;

/** Receipts as the contract writes them: what an outcome does not have is left out. */
final class ReceiptJson {
    private ReceiptJson() {}

    static void write(JsonGenerator json, Receipt receipt) throws IOException {
        json.writeStartObject();
        json.writeStringField("clientId", receipt.client().toString());
        json.writeNumberField("position", receipt.position());
        json.writeArrayFieldStart("settled");
        for (BatchId batch : receipt.settled()) {
            json.writeString(batch.toString());
        }
        json.writeEndArray();
        json.writeArrayFieldStart("outcomes");
        for (Receipt.Outcome outcome : receipt.outcomes()) {
            write(json, outcome);
        }
        json.writeEndArray();
        json.writeArrayFieldStart("pending");
        for (Receipt.Pending pending : receipt.pending()) {
            json.writeStartObject();
            place(json, pending.batch(), pending.index());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    private static void write(JsonGenerator json, Receipt.Outcome outcome) throws IOException {
        json.writeStartObject();
        place(json, outcome.batch(), outcome.index());
        json.writeStringField("entity", outcome.entity());
        maybe(json, "id", outcome.id());
        json.writeStringField("outcome", outcome.outcome().name().toLowerCase(Locale.ROOT));
        maybe(json, "version", outcome.version());
        if (outcome.problem().isPresent()) {
            json.writeFieldName("problem");
            ProblemJson.write(json, outcome.problem().get(), Optional.empty());
        }
        maybe(json, "errorId", outcome.error().map(Object::toString));
        json.writeEndObject();
    }

    private static void place(JsonGenerator json, BatchId batch, int index) throws IOException {
        json.writeStringField("batchId", batch.toString());
        json.writeNumberField("index", index);
    }

    private static void maybe(JsonGenerator json, String name, Optional<String> value) throws IOException {
        if (value.isPresent()) {
            json.writeStringField(name, value.get());
        }
    }
}
