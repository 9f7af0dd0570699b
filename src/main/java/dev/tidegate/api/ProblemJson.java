package dev.tidegate.api;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.tidegate.model.ModelIssue;
import dev.tidegate.problem.Place;
import dev.tidegate.problem.Problem;
import dev.tidegate.problem.Violation;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Problems as JSON (RFC 9457), the same wherever one occurs: as an answer, in an outcome, as a last line of a stream. */
final class ProblemJson {
    static final String MEDIA_TYPE = "application/problem+json";

    /** A body can be wrong in a million places; an answer tells so many. */
    static final int MOST_VIOLATIONS = 100;

    private static final JsonFactory FACTORY = new JsonFactory();

    private ProblemJson() {}

    /** The answer to a request: {@code instance} is its path, or the name of the incident. */
    static byte[] document(Problem problem, String instance) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(512);
        try (JsonGenerator json = FACTORY.createGenerator(out)) {
            write(json, problem, Optional.of(instance));
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return out.toByteArray();
    }

    /** The same where what is wrong stands in the model file, each with its place there and what to change. */
    static byte[] document(Problem problem, String instance, List<ModelIssue> issues) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(512);
        try (JsonGenerator json = FACTORY.createGenerator(out)) {
            json.writeStartObject();
            begin(json, problem, Optional.of(instance));
            json.writeArrayFieldStart("violations");
            for (ModelIssue issue : issues.subList(0, Math.min(issues.size(), MOST_VIOLATIONS))) {
                write(json, issue);
            }
            json.writeEndArray();
            json.writeEndObject();
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return out.toByteArray();
    }

    /** The problem as one JSON object, into whatever is being written. */
    static void write(JsonGenerator json, Problem problem, Optional<String> instance) throws IOException {
        json.writeStartObject();
        begin(json, problem, instance);
        List<Violation> violations = problem.violations();
        if (!violations.isEmpty()) {
            json.writeArrayFieldStart("violations");
            for (Violation violation : violations.subList(0, Math.min(violations.size(), MOST_VIOLATIONS))) {
                write(json, violation);
            }
            json.writeEndArray();
        }
        json.writeEndObject();
    }

    private static void begin(JsonGenerator json, Problem problem, Optional<String> instance) throws IOException {
        json.writeStringField("type", "/problems/" + problem.code().code());
        json.writeStringField("title", problem.code().title());
        json.writeNumberField("status", problem.code().status());
        json.writeStringField("detail", problem.detail());
        if (instance.isPresent()) {
            json.writeStringField("instance", instance.get());
        }
        json.writeStringField("code", problem.code().code());
    }

    /** What is wrong in a model file, as a JSON object. */
    static void write(JsonGenerator json, ModelIssue issue) throws IOException {
        json.writeStartObject();
        json.writeStringField("severity", issue.severity().name().toLowerCase(Locale.ROOT));
        json.writeStringField("code", issue.code());
        json.writeNumberField("line", issue.at().line());
        json.writeNumberField("column", issue.at().column());
        json.writeStringField("detail", issue.detail());
        json.writeStringField("advice", issue.advice());
        json.writeEndObject();
    }

    /** One violation as a JSON object. */
    static void write(JsonGenerator json, Violation violation) throws IOException {
        json.writeStartObject();
        json.writeStringField("code", violation.code().code());
        json.writeStringField("detail", violation.detail());
        switch (violation.place()) {
            case Place.InParameter(String parameter, int position) -> {
                json.writeStringField("parameter", parameter);
                json.writeNumberField("position", position);
            }
            case Place.AtPointer(String pointer) -> json.writeStringField("pointer", pointer);
            case Place.Nowhere _ -> {
                // the request as a whole
            }
        }
        json.writeEndObject();
    }
}
