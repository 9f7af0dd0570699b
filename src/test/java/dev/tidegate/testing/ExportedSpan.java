package dev.tidegate.testing;

import java.util.List;
import java.util.Map;

/** A span as a tracing system gets it; ids in hexadecimal digits, {@code parent} empty for the first one of a trace. */
public record ExportedSpan(
        String trace,
        String id,
        String parent,
        String name,
        Kind kind,
        Map<String, Object> attributes,
        List<Event> events,
        List<Link> links,
        boolean failed) {

    public enum Kind {
        INTERNAL,
        SERVER,
        CLIENT,
        PRODUCER,
        CONSUMER
    }

    public record Event(String name, Map<String, Object> attributes) {}

    public record Link(String trace, String span) {}

    public boolean isUnder(ExportedSpan other) {
        return trace.equals(other.trace) && parent.equals(other.id);
    }
}
