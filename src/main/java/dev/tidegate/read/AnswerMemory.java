package dev.tidegate.read;

import dev.tidegate.connectivity.StoreStates;
import dev.tidegate.model.StoreName;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Forgets the answers to writes that are remembered for longer than they have to be, in small steps. */
public final class AnswerMemory {
    /** The contract of clients: so long at least a repeated write gets its first answer. */
    public static final Duration SHORTEST = Duration.ofHours(24);

    private final Supplier<ObjectWriter> writer;
    private final StoreStates states;
    private final Duration kept;

    public AnswerMemory(Supplier<ObjectWriter> writer, StoreStates states, Duration kept) {
        if (kept.compareTo(SHORTEST) < 0) {
            throw new IllegalArgumentException("answers are remembered for 24 hours at least");
        }
        this.writer = writer;
        this.states = states;
        this.kept = kept;
    }

    /** One step in each store that can be reached; how many were forgotten. A store that fails is left for the next time. */
    public Uni<Integer> forgetSome() {
        return Multi.createFrom()
                .iterable(states.stores())
                .filter(store -> states.of(store).isUsable())
                .onItem()
                .transformToUniAndMerge(this::forgetSome)
                .collect()
                .with(Collectors.summingInt(Integer::intValue));
    }

    private Uni<Integer> forgetSome(StoreName store) {
        return writer.get().forget(store, kept).onFailure().recoverWithItem(0);
    }
}
