package dev.tidegate.api;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.ByteArrayBuilder;
import dev.tidegate.model.AggregateFunction;
import dev.tidegate.read.AggregateValue;
import dev.tidegate.read.LiveObject;
import dev.tidegate.read.Page;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.jboss.resteasy.reactive.RestResponse;

/** The answers to live reads, each written into one buffer. */
@Singleton
final class ReadAnswers {
    private static final JsonFactory FACTORY = new JsonFactory();

    private final ObjectJson objects;

    ReadAnswers(ObjectJson objects) {
        this.objects = objects;
    }

    /** With something expanded the version does not tell of all that is shown, so it is no entity tag then. */
    RestResponse<byte[]> object(Call call, LiveObject object) {
        boolean expanded = !object.shape().expansions().isEmpty();
        String tag = '"' + object.version() + '"';
        RestResponse.ResponseBuilder<byte[]> answer =
                !expanded && object.shape().versioned() && EntityTags.isKnown(call, tag)
                        ? RestResponse.ResponseBuilder.create(RestResponse.Status.NOT_MODIFIED)
                        : RestResponse.ResponseBuilder.ok(
                                written(json -> objects.write(json, object)), MediaType.APPLICATION_JSON_TYPE);
        return (expanded ? answer : answer.header(HttpHeaders.ETAG, tag)).build();
    }

    /** A page of a query whose URI says it all; so the next one has a URI as well. */
    RestResponse<byte[]> page(Call call, Page page) {
        RestResponse.ResponseBuilder<byte[]> answer = json(page);
        page.next()
                .flatMap(next -> NextLink.of(call.request().uri(), next))
                .ifPresent(link -> answer.header(HttpHeaders.LINK, link));
        return answer.build();
    }

    RestResponse<byte[]> page(Page page) {
        return json(page).build();
    }

    RestResponse<byte[]> aggregate(AggregateValue value) {
        byte[] body = written(json -> {
            json.writeStartObject();
            json.writeFieldName("value");
            if (value.function() == AggregateFunction.COUNT && value.value() instanceof Long count) {
                json.writeNumber(count);
            } else {
                ObjectJson.value(json, value.type(), value.value());
            }
            json.writeEndObject();
        });
        return RestResponse.ResponseBuilder.ok(body, MediaType.APPLICATION_JSON_TYPE)
                .build();
    }

    private RestResponse.ResponseBuilder<byte[]> json(Page page) {
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
            if (page.next().isPresent()) {
                json.writeStringField("next", page.next().get());
            }
            json.writeEndObject();
        });
        return RestResponse.ResponseBuilder.ok(body, MediaType.APPLICATION_JSON_TYPE);
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
