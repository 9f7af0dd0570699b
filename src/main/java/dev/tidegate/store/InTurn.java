package dev.tidegate.store;

import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import java.util.Collection;
import java.util.function.Function;

/** Steps of one transaction of which each waits for the one before. */
final class InTurn {
    private InTurn() {}

    static <T> Uni<Void> each(Collection<T> items, Function<T, Uni<Void>> step) {
        return Multi.createFrom()
                .iterable(items)
                .onItem()
                .transformToUniAndConcatenate(item -> step.apply(item).replaceWith(true))
                .collect()
                .last()
                .replaceWithVoid();
    }
}
