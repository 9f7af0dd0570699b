package dev.tidegate.api;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.ByteArrayBuilder;
import dev.tidegate.read.LiveObject;
import dev.tidegate.read.Page;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import org.jboss.resteasy.reactive.RestResponse;

/** The answers to live reads, each written into one buffer. */
@Singleton
final class ReadAnswers {
    private static final JsonFactory FACTORY = new JsonFactory();

    private final ObjectJson objects;

    ReadAnswers(ObjectJson objects) {
        this.objects = objects;
    }

    /** An object as JSON. */
    String json(LiveObject object) {
        return new String(bytes(object), StandardCharsets.UTF_8);
    }

    private byte[] bytes(LiveObject object) {
        return written(json -> objects.write(json, object));
    }

    RestResponse<byte[]> object(LiveObject object) {
        byte[] body = bytes(object);
        return RestResponse.ResponseBuilder.ok(body, MediaType.APPLICATION_JSON_TYPE)
                .header(HttpHeaders.ETAG, '"' + object.version() + '"')
                .build();
    }

    RestResponse<byte[]> page(Page page) {
        byte[] body = written(json -> {
            json.writeStartObject();
            json.writeArrayFieldStart("objects");
            for (LiveObject object : page.objects()) {
                objects.write(json, object);
            }
            json.writeEndArray();
            if (page.count().isPresent()) {
                json.writeNumberField("count", page.count().getAsLong());
            }
            json.writeEndObject();
        });
        return RestResponse.ResponseBuilder.ok(body, MediaType.APPLICATION_JSON_TYPE)
                .build();
    }

    private static byte[] written(JsonText text) {
        try (ByteArrayBuilder buffer = new ByteArrayBuilder(FACTORY._getBufferRecycler())) {
            try (JsonGenerator json = FACTORY.createGenerator(buffer)) {
                text.write(json);
            }
            return buffer.toByteArray();
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    private interface JsonText {
        void write(JsonGenerator json) throws IOException;
    }
}
