package dev.tidegate.api;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.ByteArrayBuilder;
import dev.tidegate.model.AggregateFunction;
import dev.tidegate.read.AggregateValue;
import dev.tidegate.read.Page;
import dev.tidegate.shape.ShownObject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.HttpHeaders;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** The answers to live reads, each written into one buffer. */
@Singleton
final class ReadAnswers {
    private static final JsonFactory FACTORY = new JsonFactory();

    private final ObjectJson objects;

    ReadAnswers(ObjectJson objects) {
        this.objects = objects;
    }

    /** With something expanded the version does not tell of all that is shown, so it is no entity tag then. */
    JsonAnswer object(Call call, ShownObject object) {
        boolean expanded = !object.shape().expansions().isEmpty();
        String tag = EntityTags.of(object.version());
        if (expanded) {
            return json(object);
        }
        boolean known = object.shape().versioned() && EntityTags.isKnown(call, tag);
        return (known ? JsonAnswer.notModified() : json(object)).with(HttpHeaders.ETAG, tag);
    }

    /** An object as JSON. */
    String text(ShownObject object) {
        return new String(bytes(object), StandardCharsets.UTF_8);
    }

    private JsonAnswer json(ShownObject object) {
        return JsonAnswer.ok(bytes(object));
    }

    private byte[] bytes(ShownObject object) {
        return written(json -> objects.write(json, object));
    }

    /** A page of a query whose URI says it all; so the next one has a URI as well. */
    JsonAnswer page(Call call, Page page) {
        JsonAnswer answer = page(page);
        return page.next()
                .flatMap(next -> NextLink.of(call.request().uri(), next))
                .map(link -> answer.with(HttpHeaders.LINK, link))
                .orElse(answer);
    }

    JsonAnswer page(Page page) {
        return JsonAnswer.ok(written(json -> {
            json.writeStartObject();
            json.writeArrayFieldStart("objects");
            for (ShownObject object : page.objects()) {
                objects.write(json, object);
            }
            json.writeEndArray();
            if (page.count().isPresent()) {
                json.writeNumberField("count", page.count().getAsLong());
            }
            if (page.next().isPresent()) {
                json.writeStringField("next", page.next().get());
            }
            json.writeEndObject();
        }));
    }

    JsonAnswer aggregate(AggregateValue value) {
        return JsonAnswer.ok(written(json -> {
            json.writeStartObject();
            json.writeFieldName("value");
            if (value.function() == AggregateFunction.COUNT && value.value() instanceof Long count) {
                json.writeNumber(count);
            } else {
                ObjectJson.value(json, value.type(), value.value());
            }
            json.writeEndObject();
        }));
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
