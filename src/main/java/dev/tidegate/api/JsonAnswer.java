package dev.tidegate.api;

import io.vertx.core.buffer.Buffer;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jboss.resteasy.reactive.RestResponse;

/** An answer that is JSON, or (304) says that there is nothing new; {@code headers} are those besides the media type. */
record JsonAnswer(int status, Buffer body, Map<String, String> headers) {
    /** Takes the bytes as they are, without a copy. */
    static JsonAnswer ok(byte[] body) {
        return new JsonAnswer(200, Buffer.buffer(body), Map.of());
    }

    /** For what was taken in and is worked on. */
    static JsonAnswer accepted(byte[] body) {
        return new JsonAnswer(202, Buffer.buffer(body), Map.of());
    }

    static JsonAnswer notModified() {
        return new JsonAnswer(304, Buffer.buffer(), Map.of());
    }

    JsonAnswer with(String header, String value) {
        Map<String, String> all = new LinkedHashMap<>(headers);
        all.put(header, value);
        return new JsonAnswer(status, body, all);
    }

    boolean hasBody() {
        return status != 304;
    }

    /** For an endpoint of the REST framework. */
    RestResponse<byte[]> rest() {
        RestResponse.ResponseBuilder<byte[]> answer =
                RestResponse.ResponseBuilder.create(RestResponse.Status.fromStatusCode(status));
        headers.forEach(answer::header);
        return hasBody()
                ? answer.entity(body.getBytes())
                        .header(HttpHeaders.CONTENT_TYPE, MediaType.APPLICATION_JSON)
                        .build()
                : answer.build();
    }
}
