package dev.tidegate.download;

import dev.tidegate.model.StoreName;
import io.smallrye.mutiny.Uni;
import java.util.Collection;
import java.util.function.Function;

/** Moments of the data stores, on a primary, with their change logs held as they are (store-protocol 11 and 14). */
public interface StoreSnapshots {

    /**
     * What {@code work} makes of a moment of the store, when what the moment has seen would survive a crash of the store (13): only then
     * may it be told to anybody. Fails with a {@link dev.tidegate.problem.Refusal} of {@code store-unavailable} or {@code store-timeout}
     * also where the store has no such logs yet.
     *
     * @param logs by their bare names; none of their rows goes while {@code work} is under way
     */
    <T> Uni<T> in(StoreName store, Collection<String> logs, Function<StoreSnapshot, Uni<T>> work);
}
