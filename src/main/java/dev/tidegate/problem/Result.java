package dev.tidegate.problem;

import java.util.List;
import java.util.function.Function;

/** What a stage that can say no gives: its value, or everything that it found wrong (never an empty list). */
public sealed interface Result<T> {

    record Ok<T>(T value) implements Result<T> {}

    record Refused<T>(List<Violation> violations) implements Result<T> {
        public Refused {
            violations = List.copyOf(violations);
            if (violations.isEmpty()) {
                throw new IllegalArgumentException("a refusal needs a reason");
            }
        }
    }

    static <T> Result<T> ok(T value) {
        return new Ok<>(value);
    }

    static <T> Result<T> refused(Violation violation) {
        return new Refused<>(List.of(violation));
    }

    static <T> Result<T> refused(List<Violation> violations) {
        return new Refused<>(violations);
    }

    default <R> Result<R> map(Function<? super T, ? extends R> step) {
        return switch (this) {
            case Ok<T>(T value) -> new Ok<>(step.apply(value));
            case Refused<T>(var violations) -> new Refused<>(violations);
        };
    }

    default <R> Result<R> flatMap(Function<? super T, Result<R>> step) {
        return switch (this) {
            case Ok<T>(T value) -> step.apply(value);
            case Refused<T>(var violations) -> new Refused<>(violations);
        };
    }

    /** The value, or the violations thrown as a {@link Refusal}: for the edge of a flow. */
    default T orRefuse() {
        return switch (this) {
            case Ok<T>(T value) -> value;
            case Refused<T>(var violations) -> throw Refusal.of(violations);
        };
    }
}
