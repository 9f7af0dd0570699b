package dev.tidegate.store;

import io.smallrye.mutiny.Uni;
import java.util.List;

/**
 * Statements of one connection that are sent without waiting for each other: they run in the order in which they were sent, and
 * in a transaction none does anything after one that has failed.
 */
final class InARow {
    private InARow() {}

    /** Fails as the first of them that fails, since answers come in order too. */
    static Uni<Void> all(List<? extends Uni<?>> statements) {
        return statements.isEmpty()
                ? Uni.createFrom().voidItem()
                : Uni.join()
                        .all(List.<Uni<?>>copyOf(statements).stream()
                                .map(statement -> statement.replaceWithVoid())
                                .toList())
                        .andFailFast()
                        .replaceWithVoid();
    }
}
