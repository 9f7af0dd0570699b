package dev.tidegate.api;

import static dev.tidegate.problem.ProblemCode.LIMIT_EXCEEDED;
import static dev.tidegate.problem.ProblemCode.MALFORMED_REQUEST;

import dev.tidegate.model.BatchId;
import dev.tidegate.model.ClientId;
import dev.tidegate.problem.ProblemCode;
import dev.tidegate.upload.DeadLetterFilter;
import java.time.Instant;
import java.util.Optional;

/** Reads which operations are meant, of those that could not be applied; by the same names everywhere. */
final class DeadLetterFilters {
    private static final int LONGEST_NAME = 500;

    private DeadLetterFilters() {}

    /** An operator's, of a query string. What is wrong is noted there. */
    static DeadLetterFilter of(QueryString query) {
        return new DeadLetterFilter(
                name(query, "caller"),
                query.uuid("client").map(ClientId::new),
                query.uuid("batch").map(BatchId::new),
                name(query, "profile"),
                name(query, "entity"),
                code(query),
                query.instant("since"),
                query.instant("until"));
    }

    /** A client's: of its own it may choose. */
    static DeadLetterFilter of(QueryString query, String caller, ClientId client) {
        return new DeadLetterFilter(
                Optional.of(caller),
                Optional.of(client),
                Optional.empty(),
                Optional.empty(),
                name(query, "entity"),
                code(query),
                query.instant("since"),
                query.instant("until"));
    }

    /** An operator's, of a body. What is wrong is noted there. */
    static DeadLetterFilter of(JsonObject json) {
        return new DeadLetterFilter(
                name(json, "caller"),
                json.optionalUuid("client").map(ClientId::new),
                json.optionalUuid("batch").map(BatchId::new),
                name(json, "profile"),
                name(json, "entity"),
                json.optionalString("code").flatMap(text -> code(json, text)),
                instant(json, "since"),
                instant(json, "until"));
    }

    /** One that says nothing. */
    static DeadLetterFilter none() {
        return new DeadLetterFilter(
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    /** A name to look for; those that are kept may be longer, those that are sought need not. */
    static Optional<String> name(QueryString query, String parameter) {
        Optional<String> text = query.text(parameter);
        if (text.filter(DeadLetterFilters::isTooLong).isPresent()) {
            query.violations().in(parameter, LIMIT_EXCEEDED, tooLong("Parameter '" + parameter + "'"));
        }
        return text;
    }

    private static Optional<String> name(JsonObject json, String member) {
        Optional<String> text = json.optionalString(member);
        if (text.filter(DeadLetterFilters::isTooLong).isPresent()) {
            json.note(member, LIMIT_EXCEEDED, tooLong("'" + member + "'"));
        }
        return text;
    }

    private static boolean isTooLong(String name) {
        return name.length() > LONGEST_NAME;
    }

    private static String tooLong(String what) {
        return what + " has more than " + LONGEST_NAME + " characters, the most that is allowed.";
    }

    private static Optional<ProblemCode> code(QueryString query) {
        Optional<String> text = query.text("code");
        Optional<ProblemCode> code = text.flatMap(ProblemCode::of);
        if (text.isPresent() && code.isEmpty()) {
            query.violations().in("code", MALFORMED_REQUEST, noCode(text.get()));
        }
        return code;
    }

    private static Optional<ProblemCode> code(JsonObject json, String text) {
        Optional<ProblemCode> code = ProblemCode.of(text);
        if (code.isEmpty()) {
            json.note("code", MALFORMED_REQUEST, noCode(text));
        }
        return code;
    }

    private static String noCode(String text) {
        return "There is no problem with the code '" + Texts.shorten(text) + "'. GET /problems lists them.";
    }

    private static Optional<Instant> instant(JsonObject json, String member) {
        return json.optionalString(member).flatMap(text -> {
            Optional<Instant> instant = Texts.instant(text);
            if (instant.isEmpty()) {
                json.note(member, MALFORMED_REQUEST, "'" + member + "' " + Texts.INSTANT_FORM);
            }
            return instant;
        });
    }
}
