package dev.tidegate.api;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.ByteArrayBuilder;
import dev.tidegate.observation.Observation;
import dev.tidegate.read.ObjectStream;
import dev.tidegate.shape.ShownObject;
import io.smallrye.mutiny.Uni;
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

    /** The objects as lines; closing those closes the objects. */
    LineStream of(ObjectStream stream) {
        return new LineStream() {
            @Override
            public Uni<Piece> next(int most) {
                return stream.next(most)
                        .map(piece -> new Piece(text(piece), piece.objects().size(), piece.last(), false));
            }

            @Override
            public void close(Observation.StreamEnd how) {
                stream.close(how);
            }
        };
    }

    private Buffer text(ObjectStream.Piece piece) {
        return written(json -> {
            for (ShownObject object : piece.objects()) {
                objects.write(json, object);
            }
            if (piece.last()) {
                end(json, piece.count());
            }
        });
    }

    /** The line behind the last one: without it the stream broke. */
    static void end(JsonGenerator json, long count) throws IOException {
        json.writeStartObject();
        json.writeObjectFieldStart("end");
        json.writeNumberField("count", count);
        json.writeEndObject();
        json.writeEndObject();
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

    /** Each object that is written becomes a line. */
    static Buffer written(Lines lines) {
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

    interface Lines {
        void write(JsonGenerator json) throws IOException;
    }
}
