package dev.tidegate.api;

import dev.tidegate.problem.Problem;
import dev.tidegate.problem.ProblemCode;
import dev.tidegate.problem.Violation;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/**
 * What is said about each code of the catalogue, read from {@code problems.yaml} once. Building it fails when a code has no
 * text, or a text no code, so that a gateway with a gap does not start.
 */
@Singleton
final class ProblemGuide {
    private static final String TEXTS = "/problems.yaml";

    private final Map<ProblemCode, Entry> entries = new EnumMap<>(ProblemCode.class);

    /** What a code means, what to do about it, and an example as it would be answered. */
    record Entry(String means, String out, Problem example, String instance) {}

    ProblemGuide() {
        Map<?, ?> texts = texts();
        for (ProblemCode code : ProblemCode.values()) {
            if (!(texts.get(code.code()) instanceof Map<?, ?> text)) {
                throw new IllegalStateException(TEXTS + " says nothing about " + code);
            }
            entries.put(code, entry(code, text));
        }
        if (texts.size() != entries.size()) {
            throw new IllegalStateException(TEXTS + " explains a code that the catalogue does not have");
        }
    }

    Entry of(ProblemCode code) {
        return Objects.requireNonNull(entries.get(code), "every code has an entry");
    }

    private static Map<?, ?> texts() {
        try (InputStream in = ProblemGuide.class.getResourceAsStream(TEXTS)) {
            if (in == null
                    || !(new Load(LoadSettings.builder().build()).loadFromInputStream(in) instanceof Map<?, ?> map)) {
                throw new IllegalStateException(TEXTS + " is missing");
            }
            return map;
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static Entry entry(ProblemCode code, Map<?, ?> text) {
        String detail = text(code, text, "detail");
        List<Violation> violations =
                text.get("violation") instanceof Map<?, ?> place ? List.of(violation(code, detail, place)) : List.of();
        Optional<Duration> retryAfter = text.get("retryAfter") instanceof Integer seconds
                ? Optional.of(Duration.ofSeconds(seconds))
                : Optional.empty();
        return new Entry(
                text(code, text, "means"),
                text(code, text, "out"),
                new Problem(code, detail, violations, retryAfter),
                text(code, text, "instance"));
    }

    private static Violation violation(ProblemCode code, String detail, Map<?, ?> place) {
        if (place.get("pointer") instanceof String pointer) {
            return Violation.at(pointer, code, detail);
        }
        if (place.get("parameter") instanceof String parameter && place.get("position") instanceof Integer position) {
            return Violation.in(parameter, position, code, detail);
        }
        throw new IllegalStateException(TEXTS + ": the violation of " + code + " has no place");
    }

    private static String text(ProblemCode code, Map<?, ?> text, String part) {
        if (text.get(part) instanceof String said && !said.isBlank()) {
            return said;
        }
        throw new IllegalStateException(TEXTS + ": " + code + " has no '" + part + "'");
    }
}
