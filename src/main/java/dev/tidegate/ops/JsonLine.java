package dev.tidegate.ops;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.Optional;

/**
 * One JSON object that is one line, whatever stands in it: all but ASCII is escaped, and texts that others have chosen are cut
 * at {@link #LONGEST_TEXT} characters. DEL, which JSON does not escape, is replaced.
 */
final class JsonLine {
    static final int LONGEST_TEXT = 256;

    private static final JsonFactory JSON =
            JsonFactory.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

    private final StringWriter text = new StringWriter(LONGEST_TEXT);
    private final JsonGenerator json = generator(text);

    private static JsonGenerator generator(StringWriter text) {
        try {
            return JSON.createGenerator(text);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    /** One step of writing; nothing that is written to memory fails. */
    private interface Writing {
        void run() throws IOException;
    }

    private JsonLine write(Writing writing) {
        try {
            writing.run();
            return this;
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    JsonLine begin() {
        return write(json::writeStartObject);
    }

    JsonLine end() {
        return write(json::writeEndObject);
    }

    JsonLine beginList(String name) {
        return write(() -> json.writeArrayFieldStart(name));
    }

    JsonLine endList() {
        return write(json::writeEndArray);
    }

    JsonLine with(String name, String value) {
        return write(() -> json.writeStringField(name, cut(value)));
    }

    JsonLine with(String name, Optional<String> value) {
        value.ifPresent(text -> with(name, text));
        return this;
    }

    JsonLine with(String name, int value) {
        return write(() -> json.writeNumberField(name, value));
    }

    JsonLine with(String name, boolean value) {
        return write(() -> json.writeBooleanField(name, value));
    }

    /** How long it is so far. */
    int length() {
        write(json::flush);
        return text.getBuffer().length();
    }

    @Override
    public String toString() {
        write(json::flush);
        return text.toString();
    }

    private static String cut(String text) {
        String some = text.length() <= LONGEST_TEXT ? text : text.substring(0, LONGEST_TEXT);
        return some.replace('\u007f', '\ufffd');
    }
}
