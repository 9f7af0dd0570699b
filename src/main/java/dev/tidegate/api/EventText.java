package dev.tidegate.api;

import dev.tidegate.model.EntityName;
import io.vertx.core.buffer.Buffer;
import java.util.SortedSet;
import java.util.stream.Collectors;

/** Server-sent events as they go over the wire (WHATWG HTML, 9.2.6). Names of entities need no escaping in JSON. */
final class EventText {
    static final String TYPE = "text";
    static final String SUBTYPE = "event-stream";

    private EventText() {}

    /** What clients pass over: the connection is there. */
    static Buffer comment(String word) {
        return Buffer.buffer(": " + word + "\n\n");
    }

    static Buffer change(SortedSet<EntityName> entities) {
        return Buffer.buffer(entities.stream()
                .map(entity -> "\"" + entity + "\"")
                .collect(Collectors.joining(",", "event: change\ndata: {\"entities\":[", "]}\n\n")));
    }

    static Buffer bye(String reason) {
        return Buffer.buffer("event: bye\ndata: {\"reason\":\"" + reason + "\"}\n\n");
    }
}
