package dev.tidegate.model;

import java.util.function.Function;

/** A value and where it stands in the file. */
record Placed<T>(T value, Position at) {

    <R> Placed<R> map(Function<T, R> function) {
        return new Placed<>(function.apply(value), at);
    }
}
