package dev.tidegate.api;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.tidegate.download.PullLine;
import dev.tidegate.download.Receipt;
import dev.tidegate.model.EntityName;
import dev.tidegate.upload.BatchStatus;
import io.vertx.core.buffer.Buffer;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Writes what a download brings, as lines and as a page. */
@Singleton
final class PullJson {
    private final ObjectJson objects;

    PullJson(ObjectJson objects) {
        this.objects = objects;
    }

    /** Each line with a line feed behind it. */
    Buffer lines(List<PullLine> lines) {
        return ObjectLines.written(json -> {
            for (PullLine line : lines) {
                write(json, line);
            }
        });
    }

    /** What the gateway says of a batch that it has taken in, before all else. */
    Buffer accepted(BatchStatus batch) {
        return ObjectLines.written(json -> {
            json.writeStartObject();
            json.writeFieldName("accepted");
            BatchJson.write(json, batch);
            json.writeEndObject();
        });
    }

    /** Lines up to a cursor, which stands beside them. */
    byte[] page(List<PullLine> lines) {
        return ObjectLines.written(json -> {
                    json.writeStartObject();
                    json.writeArrayFieldStart("lines");
                    for (PullLine line : lines) {
                        if (!(line instanceof PullLine.Cursor)) {
                            write(json, line);
                        }
                    }
                    json.writeEndArray();
                    for (PullLine line : lines) {
                        if (line instanceof PullLine.Cursor cursor) {
                            members(json, cursor);
                        }
                    }
                    json.writeEndObject();
                })
                .getBytes();
    }

    private void write(JsonGenerator json, PullLine line) throws IOException {
        json.writeStartObject();
        switch (line) {
            case PullLine.Put(var object) -> {
                json.writeFieldName("put");
                objects.write(json, object);
            }
            case PullLine.Remove(var entity, var id) -> {
                about(json, "remove", entity);
                json.writeStringField("id", id);
                json.writeEndObject();
            }
            case PullLine.Clear(var entity) -> {
                about(json, "clear", entity);
                json.writeEndObject();
            }
            case PullLine.Retain retain -> retain(json, retain);
            case PullLine.Unavailable unavailable -> unavailable(json, unavailable);
            case PullLine.Cursor cursor -> members(json, cursor);
            case PullLine.End(var receipt) -> end(json, false, receipt);
        }
        json.writeEndObject();
    }

    private static void about(JsonGenerator json, String what, EntityName entity) throws IOException {
        json.writeObjectFieldStart(what);
        json.writeStringField("entity", entity.toString());
    }

    private static void retain(JsonGenerator json, PullLine.Retain retain) throws IOException {
        about(json, "retain", retain.entity());
        end(json, "from", retain.from());
        end(json, "to", retain.to());
        json.writeArrayFieldStart("ids");
        for (String id : retain.ids()) {
            json.writeString(id);
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    private static void end(JsonGenerator json, String name, Optional<String> id) throws IOException {
        if (id.isPresent()) {
            json.writeStringField(name, id.get());
        } else {
            json.writeNullField(name);
        }
    }

    private static void unavailable(JsonGenerator json, PullLine.Unavailable unavailable) throws IOException {
        json.writeObjectFieldStart("unavailable");
        json.writeStringField("store", unavailable.store().value());
        json.writeArrayFieldStart("entities");
        for (EntityName entity : unavailable.entities()) {
            json.writeString(entity.toString());
        }
        json.writeEndArray();
        json.writeNumberField("retryAfterSeconds", unavailable.retryAfter().toSeconds());
        json.writeEndObject();
    }

    private static void members(JsonGenerator json, PullLine.Cursor cursor) throws IOException {
        json.writeStringField("cursor", cursor.cursor());
        end(json, cursor.more(), cursor.receipt());
    }

    private static void end(JsonGenerator json, boolean more, Optional<Receipt> receipt) throws IOException {
        json.writeBooleanField("more", more);
        if (receipt.isPresent()) {
            json.writeFieldName("receipt");
            ReceiptJson.write(json, receipt.get());
        }
    }
}
