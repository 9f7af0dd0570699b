package dev.tidegate.api;

import static dev.tidegate.problem.ProblemCode.LIMIT_EXCEEDED;
import static dev.tidegate.problem.ProblemCode.MALFORMED_REQUEST;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.exc.StreamReadException;
import dev.tidegate.problem.ProblemCode;
import dev.tidegate.problem.Result;
import dev.tidegate.problem.Violation;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads a request's body, strictly: one JSON object in valid UTF-8, no member twice, nothing behind it, and no text that a
 * store could not keep (NUL, half of a surrogate pair). What comes out is JDK values: Map (in the order of the text), List,
 * String, Integer, Long, BigInteger, BigDecimal, Boolean, null. Depth, number of values and digits are bounded, so that a
 * small body cannot become a large object. Of broken JSON only the first fault can be told.
 */
final class JsonBody {
    static final int DEEPEST = 100;
    static final int MOST_VALUES = 1_000_000;
    static final int LONGEST_NUMBER = 400;
    private static final int LARGEST_EXPONENT = 400;

    private static final JsonFactory FACTORY = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(DEEPEST + 10)
                    .maxNumberLength(Integer.MAX_VALUE)
                    .maxStringLength(Integer.MAX_VALUE)
                    .build())
            .build();

    private final JsonParser parser;
    private String pointer = "";
    private int values;

    private JsonBody(JsonParser parser) {
        this.parser = parser;
    }

    static Result<Map<String, @Nullable Object>> parse(byte[] body) {
        int invalid = firstByteThatIsNoText(body);
        if (invalid >= 0) {
            return refused("", MALFORMED_REQUEST, "The body is not valid UTF-8 text: see byte " + invalid + ".");
        }
        try (JsonParser parser = FACTORY.createParser(body)) {
            return new JsonBody(parser).document();
        } catch (IOException impossible) {
            throw new IllegalStateException("reading from memory failed", impossible);
        }
    }

    private Result<Map<String, @Nullable Object>> document() throws IOException {
        try {
            JsonToken first = parser.nextToken();
            if (first != JsonToken.START_OBJECT) {
                throw new Fault(MALFORMED_REQUEST, "", "The body has to be a JSON object" + butIs(first) + ".");
            }
            Map<String, @Nullable Object> root = object(1);
            pointer = "";
            if (parser.nextToken() != null) {
                throw new Fault(
                        MALFORMED_REQUEST, "", "Something follows the JSON object" + where() + ". Send one only.");
            }
            return Result.ok(root);
        } catch (Fault fault) {
            return refused(fault.at, fault.code, fault.detail);
        } catch (StreamConstraintsException tooMuch) {
            return refused(pointer, LIMIT_EXCEEDED, "A name in the body is too long" + where() + ".");
        } catch (StreamReadException broken) {
            return refused(pointer, MALFORMED_REQUEST, "The body is not valid JSON" + where() + ".");
        }
    }

    private Map<String, @Nullable Object> object(int depth) throws IOException {
        String parent = pointer;
        refuseDeeperThan(depth);
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            pointer = Pointers.member(parent, name);
            requireStorable(name, "The name of a member");
            if (members.containsKey(name)) {
                throw new Fault(
                        MALFORMED_REQUEST, pointer, "Member '" + name + "' occurs twice in one object. Send it once.");
            }
            members.put(name, value(parser.nextToken(), depth));
        }
        pointer = parent;
        return Collections.unmodifiableMap(members);
    }

    private List<@Nullable Object> array(int depth) throws IOException {
        String parent = pointer;
        refuseDeeperThan(depth);
        List<@Nullable Object> elements = new ArrayList<>();
        for (JsonToken token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
            pointer = Pointers.element(parent, elements.size());
            elements.add(value(token, depth));
        }
        pointer = parent;
        return Collections.unmodifiableList(elements);
    }

    private @Nullable Object value(@Nullable JsonToken token, int depth) throws IOException {
        if (++values > MOST_VALUES) {
            throw new Fault(LIMIT_EXCEEDED, pointer, "The body holds more than " + MOST_VALUES + " values. Split it.");
        }
        return switch (token) {
            case START_OBJECT -> object(depth + 1);
            case START_ARRAY -> array(depth + 1);
            case VALUE_STRING -> string();
            case VALUE_NUMBER_INT -> integer();
            case VALUE_NUMBER_FLOAT -> decimal();
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case VALUE_NULL -> null;
            case null, default ->
                throw new Fault(MALFORMED_REQUEST, pointer, "The body ends in the middle of a value" + where() + ".");
        };
    }

    private String string() throws IOException {
        String text = parser.getText();
        requireStorable(text, "A text");
        return text;
    }

    private Object integer() throws IOException {
        refuseLongNumber();
        return parser.getNumberValue();
    }

    private BigDecimal decimal() throws IOException {
        refuseLongNumber();
        BigDecimal number;
        try {
            number = new BigDecimal(parser.getText());
        } catch (NumberFormatException exponentTooLarge) {
            throw numberOutOfRange();
        }
        // A number of few characters may have a billion digits when it is written out.
        if (Math.abs((long) number.scale()) > LARGEST_EXPONENT + LONGEST_NUMBER
                || Math.abs((long) number.precision() - number.scale()) > LARGEST_EXPONENT + 1) {
            throw numberOutOfRange();
        }
        return number;
    }

    private void refuseLongNumber() throws IOException {
        if (parser.getTextLength() > LONGEST_NUMBER) {
            throw new Fault(
                    LIMIT_EXCEEDED,
                    pointer,
                    "A number has more than " + LONGEST_NUMBER + " characters" + where() + ".");
        }
    }

    private Fault numberOutOfRange() {
        return new Fault(
                MALFORMED_REQUEST,
                pointer,
                "A number is out of range: its exponent is beyond " + LARGEST_EXPONENT + ".");
    }

    private void refuseDeeperThan(int depth) {
        if (depth > DEEPEST) {
            throw new Fault(LIMIT_EXCEEDED, pointer, "The body is nested deeper than " + DEEPEST + " levels.");
        }
    }

    private void requireStorable(String text, String what) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == 0) {
                throw new Fault(MALFORMED_REQUEST, pointer, what + " holds a NUL character, which no store can keep.");
            }
            if (Character.isSurrogate(c)) {
                if (!Character.isHighSurrogate(c)
                        || i + 1 == text.length()
                        || !Character.isLowSurrogate(text.charAt(i + 1))) {
                    throw new Fault(
                            MALFORMED_REQUEST,
                            pointer,
                            what + " holds half of a surrogate pair, which is no character.");
                }
                i++;
            }
        }
    }

    private String where() {
        var location = parser.currentLocation();
        return " (line " + location.getLineNr() + ", column " + location.getColumnNr() + ")";
    }

    private static String butIs(@Nullable JsonToken token) {
        return switch (token) {
            case null -> ", but it is empty";
            case START_ARRAY -> ", but it is an array";
            default -> ", but it is something else";
        };
    }

    private static int firstByteThatIsNoText(byte[] body) {
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        ByteBuffer in = ByteBuffer.wrap(body);
        CharBuffer out = CharBuffer.allocate(Math.clamp(body.length, 16, 8192));
        CoderResult result;
        do {
            out.clear();
            result = decoder.decode(in, out, true);
        } while (result.isOverflow());
        if (result.isError()) {
            return in.position();
        }
        // Bytes of zero are no JSON either, and a reader may take them for another encoding.
        for (int i = 0; i < body.length; i++) {
            if (body[i] == 0) {
                return i;
            }
        }
        return -1;
    }

    private static Result<Map<String, @Nullable Object>> refused(String pointer, ProblemCode code, String detail) {
        return Result.refused(Violation.at(pointer, code, detail));
    }

    /** Leaves the recursion; never leaves this class. */
    private static final class Fault extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final ProblemCode code;
        private final String at;
        private final String detail;

        private Fault(ProblemCode code, String at, String detail) {
            super(detail, null, false, false);
            this.code = code;
            this.at = at;
            this.detail = detail;
        }
    }
}
