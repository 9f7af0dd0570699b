package dev.tidegate.testing;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Reads what OTLP sends, as far as tests look at it: numbers of fields as in {@code trace.proto} of OpenTelemetry. */
final class Otlp {
    private Otlp() {}

    /** The spans of an {@code ExportTraceServiceRequest}. */
    static List<ExportedSpan> spans(byte[] request) {
        return Message.of(request)
                .messages(1)
                .flatMap(resource -> resource.messages(2))
                .flatMap(scope -> scope.messages(2))
                .map(Otlp::span)
                .toList();
    }

    private static ExportedSpan span(Message span) {
        return new ExportedSpan(
                span.hex(1),
                span.hex(2),
                span.hex(4),
                span.text(5),
                kind(span.number(6)),
                attributes(span, 9),
                span.messages(11)
                        .map(event -> new ExportedSpan.Event(event.text(2), attributes(event, 3)))
                        .toList(),
                span.messages(13)
                        .map(link -> new ExportedSpan.Link(link.hex(1), link.hex(2)))
                        .toList(),
                span.messages(15).anyMatch(status -> status.number(3) == 2));
    }

    private static ExportedSpan.Kind kind(long number) {
        return switch (Math.toIntExact(number)) {
            case 1 -> ExportedSpan.Kind.INTERNAL;
            case 2 -> ExportedSpan.Kind.SERVER;
            case 3 -> ExportedSpan.Kind.CLIENT;
            case 4 -> ExportedSpan.Kind.PRODUCER;
            case 5 -> ExportedSpan.Kind.CONSUMER;
            default -> throw new IllegalStateException("a span of kind " + number);
        };
    }

    private static Map<String, Object> attributes(Message of, int field) {
        Map<String, Object> attributes = new TreeMap<>();
        of.messages(field)
                .forEach(pair -> attributes.put(
                        pair.text(1), value(pair.messages(2).findFirst().orElseThrow())));
        return attributes;
    }

    private static Object value(Message any) {
        if (any.has(1)) {
            return any.text(1);
        }
        if (any.has(2)) {
            return any.number(2) == 1;
        }
        if (any.has(3)) {
            return any.number(3);
        }
        throw new IllegalStateException("a value of another type");
    }

    /** A message of Protocol Buffers, which does not know what its fields mean. */
    private static final class Message {
        private final Map<Integer, List<Object>> fields = new HashMap<>();

        static Message of(byte[] bytes) {
            Message message = new Message();
            ByteBuffer rest = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
            while (rest.hasRemaining()) {
                int tag = Math.toIntExact(varint(rest));
                Object value = switch (tag & 7) {
                    case 0 -> varint(rest);
                    case 1 -> rest.getLong();
                    case 2 -> bytes(rest);
                    case 5 -> (long) rest.getInt();
                    default -> throw new IllegalStateException("wire type " + (tag & 7));
                };
                message.fields
                        .computeIfAbsent(tag >>> 3, _ -> new ArrayList<>())
                        .add(value);
            }
            return message;
        }

        private static long varint(ByteBuffer from) {
            long value = 0;
            for (int shift = 0; ; shift += 7) {
                byte next = from.get();
                value |= (next & 0x7FL) << shift;
                if (next >= 0) {
                    return value;
                }
            }
        }

        private static byte[] bytes(ByteBuffer from) {
            byte[] bytes = new byte[Math.toIntExact(varint(from))];
            from.get(bytes);
            return bytes;
        }

        boolean has(int field) {
            return fields.containsKey(field);
        }

        Stream<Message> messages(int field) {
            return all(field).map(value -> of((byte[]) value));
        }

        String text(int field) {
            return all(field)
                    .map(value -> new String((byte[]) value, StandardCharsets.UTF_8))
                    .findFirst()
                    .orElse("");
        }

        String hex(int field) {
            return all(field)
                    .map(value -> HexFormat.of().formatHex((byte[]) value))
                    .findFirst()
                    .orElse("");
        }

        long number(int field) {
            return all(field).map(Long.class::cast).findFirst().orElse(0L);
        }

        private Stream<Object> all(int field) {
            return fields.getOrDefault(field, List.of()).stream();
        }
    }
}
