package dev.tidegate.api;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.tidegate.model.BatchId;
import dev.tidegate.upload.BatchHistory;
import dev.tidegate.upload.BatchStatus;
import dev.tidegate.upload.ClientState;
import dev.tidegate.upload.OperationOutcome;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Batches and clients as the contract writes them. */
final class BatchJson {
    private static final JsonFactory FACTORY = new JsonFactory();
    static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private BatchJson() {}

    @FunctionalInterface
    interface Content {
        void write(JsonGenerator json) throws IOException;
    }

    static byte[] of(BatchStatus batch) {
        return bytes(json -> write(json, batch));
    }

    static void write(JsonGenerator json, BatchStatus batch) throws IOException {
        json.writeStartObject();
        json.writeStringField("batchId", batch.id().toString());
        json.writeNumberField("position", batch.position());
        json.writeStringField("state", batch.state().key());
        json.writeArrayFieldStart("operations");
        for (OperationOutcome outcome : batch.operations()) {
            write(json, outcome);
        }
        json.writeEndArray();
        if (batch.history().isPresent()) {
            write(json, batch.history().get());
        }
        json.writeEndObject();
    }

    private static void write(JsonGenerator json, BatchHistory history) throws IOException {
        json.writeNumberField("attempts", history.attempts());
        json.writeStringField("acceptedAt", TIME.format(history.acceptedAt()));
        json.writeStringField("settledAt", history.settledAt().map(TIME::format).orElse(null));
        json.writeArrayFieldStart("parts");
        for (BatchHistory.Progress part : history.parts()) {
            json.writeStartObject();
            json.writeStringField("store", part.store().value());
            json.writeNumberField("attempts", part.attempts());
            json.writeStringField(
                    "settledAt", part.settledAt().map(TIME::format).orElse(null));
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static void write(JsonGenerator json, OperationOutcome outcome) throws IOException {
        json.writeStartObject();
        json.writeNumberField("index", outcome.index());
        json.writeStringField("outcome", outcome.key());
        if (outcome.problem().isPresent()) {
            json.writeFieldName("problem");
            ProblemJson.write(json, outcome.problem().get(), Optional.empty());
        }
        if (outcome.current().isPresent()) {
            json.writeFieldName("current");
            value(json, outcome.current().get().json());
        }
        json.writeEndObject();
    }

    static byte[] of(ClientState client) {
        return bytes(json -> {
            json.writeStartObject();
            json.writeNumberField("position", client.position());
            json.writeNumberField("settledPosition", client.settledPosition());
            json.writeArrayFieldStart("unsettled");
            for (BatchId batch : client.unsettled()) {
                json.writeString(batch.toString());
            }
            json.writeEndArray();
            json.writeEndObject();
        });
    }

    static void value(JsonGenerator json, @Nullable Object value) throws IOException {
        switch (value) {
            case null -> json.writeNull();
            case String text -> json.writeString(text);
            case Boolean truth -> json.writeBoolean(truth);
            case Integer number -> json.writeNumber(number);
            case Long number -> json.writeNumber(number);
            case BigInteger number -> json.writeNumber(number);
            case BigDecimal number -> json.writeNumber(number);
            case List<?> list -> list(json, list);
            case Map<?, ?> map -> map(json, map);
            default -> throw new IllegalArgumentException("no JSON value: " + value.getClass());
        }
    }

    private static void list(JsonGenerator json, List<?> list) throws IOException {
        json.writeStartArray();
        for (Object element : list) {
            value(json, element);
        }
        json.writeEndArray();
    }

    private static void map(JsonGenerator json, Map<?, ?> map) throws IOException {
        json.writeStartObject();
        for (Map.Entry<?, ?> member : map.entrySet()) {
            json.writeFieldName(String.valueOf(member.getKey()));
            value(json, member.getValue());
        }
        json.writeEndObject();
    }

    static byte[] bytes(Content content) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(512);
        try (JsonGenerator json = FACTORY.createGenerator(out)) {
            content.write(json);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return out.toByteArray();
    }
}
