package dev.tidegate.api;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.tidegate.upload.Attempt;
import dev.tidegate.upload.AuditEntry;
import dev.tidegate.upload.DeadLetter;
import dev.tidegate.upload.DeadLetterFile;
import dev.tidegate.upload.DeadLetterPage;
import dev.tidegate.upload.Tally;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Operations that could not be applied, and what was done about them, as the contract writes them. */
final class DeskJson {
    private DeskJson() {}

    /** Who reads: a client learns of others only that they are operators. */
    private enum Reader {
        OPERATOR,
        CLIENT
    }

    /** A page for operators; {@code next} is the place of the last one. */
    static byte[] page(DeadLetterPage page) {
        return page("deadLetters", page, Reader.OPERATOR, last -> String.valueOf(last.place()));
    }

    /** A page for a client; {@code next} is the id of the last one, which tells nothing of others. */
    static byte[] clientPage(DeadLetterPage page) {
        return page("errors", page, Reader.CLIENT, last -> last.id().toString());
    }

    private interface Cursor {
        String of(DeadLetter last);
    }

    private static byte[] page(String name, DeadLetterPage page, Reader reader, Cursor cursor) {
        return BatchJson.bytes(json -> {
            json.writeStartObject();
            json.writeArrayFieldStart(name);
            for (DeadLetter letter : page.letters()) {
                json.writeStartObject();
                write(json, letter, reader);
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeStringField("next", page.more() ? cursor.of(page.letters().getLast()) : null);
            json.writeEndObject();
        });
    }

    /** A line for each, for operators; behind the last of all the line that says so. */
    static Buffer lines(DeadLetterPage page, long count) {
        return ObjectLines.written(json -> {
            for (DeadLetter letter : page.letters()) {
                json.writeStartObject();
                write(json, letter, Reader.OPERATOR);
                json.writeEndObject();
            }
            if (!page.more()) {
                ObjectLines.end(json, count);
            }
        });
    }

    static byte[] file(DeadLetterFile file) {
        return file(file, Reader.OPERATOR);
    }

    static byte[] clientFile(DeadLetterFile file) {
        return file(file, Reader.CLIENT);
    }

    private static byte[] file(DeadLetterFile file, Reader reader) {
        return BatchJson.bytes(json -> {
            json.writeStartObject();
            write(json, file.letter(), reader);
            json.writeArrayFieldStart("history");
            for (Attempt attempt : file.attempts()) {
                write(json, attempt, file.letter().client().caller(), reader);
            }
            json.writeEndArray();
            json.writeEndObject();
        });
    }

    private static void write(JsonGenerator json, DeadLetter letter, Reader reader) throws IOException {
        json.writeStringField("errorId", letter.id().toString());
        if (reader == Reader.OPERATOR) {
            json.writeStringField("caller", letter.client().caller());
            json.writeStringField("clientId", letter.client().client().toString());
            json.writeStringField("profile", letter.profile().value());
        }
        json.writeStringField("batchId", letter.batch().toString());
        json.writeNumberField("index", letter.index());
        json.writeFieldName("operation");
        BatchJson.value(json, letter.sent());
        if (letter.corrected().isPresent()) {
            json.writeFieldName("corrected");
            BatchJson.value(json, letter.corrected().get());
        }
        json.writeFieldName("problem");
        ProblemJson.write(json, letter.problem(), Optional.empty());
        if (letter.current().isPresent()) {
            json.writeFieldName("current");
            BatchJson.value(json, letter.current().get().json());
        }
        json.writeStringField("at", BatchJson.TIME.format(letter.at()));
        json.writeBooleanField("retrying", letter.retrying());
    }

    private static void write(JsonGenerator json, Attempt attempt, String owner, Reader reader) throws IOException {
        json.writeStartObject();
        if (attempt.asked().isPresent()) {
            Attempt.Asked asked = attempt.asked().get();
            boolean shown = reader == Reader.OPERATOR || asked.by().equals(owner);
            json.writeStringField("by", shown ? asked.by() : "operator");
            json.writeStringField("requestedAt", BatchJson.TIME.format(asked.at()));
        }
        if (attempt.corrected().isPresent()) {
            json.writeFieldName("corrected");
            BatchJson.value(json, attempt.corrected().get());
        }
        if (attempt.ended().isPresent()) {
            Attempt.Ended ended = attempt.ended().get();
            json.writeStringField("outcome", ended.outcome());
            json.writeFieldName("problem");
            ProblemJson.write(json, ended.problem(), Optional.empty());
            json.writeStringField("endedAt", BatchJson.TIME.format(ended.at()));
        }
        json.writeEndObject();
    }

    /** What is retried; it may have been applied by now, so nothing more is said. */
    static byte[] retried(DeadLetter letter) {
        return BatchJson.bytes(json -> {
            json.writeStartObject();
            json.writeStringField("errorId", letter.id().toString());
            json.writeStringField("batchId", letter.batch().toString());
            json.writeNumberField("index", letter.index());
            json.writeBooleanField("retrying", true);
            json.writeEndObject();
        });
    }

    static byte[] tally(Tally tally) {
        return BatchJson.bytes(json -> {
            json.writeStartObject();
            json.writeNumberField("matched", tally.matched());
            json.writeNumberField("done", tally.done());
            json.writeEndObject();
        });
    }

    /** At most {@code limit} of the entries; those behind are on the next page. */
    static byte[] audit(List<AuditEntry> found, int limit) {
        List<AuditEntry> entries = found.stream().limit(limit).toList();
        return BatchJson.bytes(json -> {
            json.writeStartObject();
            json.writeArrayFieldStart("entries");
            for (AuditEntry entry : entries) {
                write(json, entry);
            }
            json.writeEndArray();
            json.writeStringField(
                    "next",
                    found.size() > limit ? String.valueOf(entries.getLast().id()) : null);
            json.writeEndObject();
        });
    }

    private static void write(JsonGenerator json, AuditEntry entry) throws IOException {
        json.writeStartObject();
        json.writeStringField("at", BatchJson.TIME.format(entry.at()));
        json.writeStringField("actor", entry.actor());
        json.writeStringField("action", entry.action());
        json.writeStringField("errorId", entry.error().toString());
        json.writeStringField("caller", entry.client().caller());
        json.writeStringField("clientId", entry.client().client().toString());
        json.writeStringField("batchId", entry.batch().toString());
        json.writeNumberField("index", entry.index());
        json.writeBooleanField("corrected", entry.corrected());
        json.writeStringField("reason", entry.reason().orElse(null));
        if (entry.filter().isPresent()) {
            json.writeObjectFieldStart("filter");
            for (Map.Entry<String, String> name : entry.filter().get().entrySet()) {
                json.writeStringField(name.getKey(), name.getValue());
            }
            json.writeEndObject();
        }
        json.writeEndObject();
    }
}
