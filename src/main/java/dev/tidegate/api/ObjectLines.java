package dev.tidegate.api;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.ByteArrayBuilder;
import dev.tidegate.read.LiveObject;
import dev.tidegate.read.ObjectStream;
import io.vertx.core.buffer.Buffer;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;

/** The lines of a stream of objects: each piece in one buffer, the end, a fault. */
@Singleton
final class ObjectLines {
    private static final JsonFactory FACTORY = factory();

    private final ObjectJson objects;

    ObjectLines(ObjectJson objects) {
        this.objects = objects;
    }

    /** A line for each object; behind the last piece the line that says so. */
    Buffer of(ObjectStream.Piece piece) {
        return written(json -> {
            for (LiveObject object : piece.objects()) {
                objects.write(json, object);
            }
            if (piece.last()) {
                json.writeStartObject();
                json.writeObjectFieldStart("end");
                json.writeNumberField("count", piece.count());
                json.writeEndObject();
                json.writeEndObject();
            }
        });
    }

    /** The last line of a stream that cannot go on. */
    static Buffer of(Faults.Answer answer) {
        return written(json -> {
            json.writeStartObject();
            json.writeFieldName("problem");
            ProblemJson.write(json, answer.problem(), Optional.of(answer.instance()));
            json.writeEndObject();
        });
    }

    private static Buffer written(Lines lines) {
        try (ByteArrayBuilder bytes = new ByteArrayBuilder(FACTORY._getBufferRecycler())) {
            try (JsonGenerator json = FACTORY.createGenerator(bytes)) {
                lines.write(json);
                if (json.getOutputContext().hasCurrentIndex()) {
                    json.writeRaw('\n');
                }
            }
            return Buffer.buffer(bytes.toByteArray());
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    private static JsonFactory factory() {
        JsonFactory factory = new JsonFactory();
        factory.setRootValueSeparator("\n");
        return factory;
    }

    private interface Lines {
        void write(JsonGenerator json) throws IOException;
    }
}
