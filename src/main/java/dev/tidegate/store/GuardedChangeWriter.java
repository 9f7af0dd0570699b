package dev.tidegate.store;

import dev.tidegate.model.LaneId;
import dev.tidegate.model.StoreName;
import dev.tidegate.problem.Refusal;
import dev.tidegate.upload.ChangeWriter;
import dev.tidegate.upload.LatePlace;
import dev.tidegate.upload.PartResult;
import dev.tidegate.upload.PartWork;
import dev.tidegate.upload.StoreNotReady;
import io.smallrye.mutiny.Uni;
import java.util.List;
import java.util.Map;

/** Applies parts while the store's circuit lets work through; what is not let through was never tried. */
public final class GuardedChangeWriter implements ChangeWriter {
    private final ChangeWriter writer;
    private final StoreGuards guards;

    public GuardedChangeWriter(ChangeWriter writer, StoreGuards guards) {
        this.writer = writer;
        this.guards = guards;
    }

    @Override
    public Uni<List<PartResult>> apply(List<PartWork> group) {
        return notReadyIfRefused(guards.attempt(group.getFirst().store(), () -> writer.apply(group)));
    }

    @Override
    public Uni<Map<LaneId, Long>> stands(StoreName store, List<LaneId> lanes) {
        return notReadyIfRefused(guards.attempt(store, () -> writer.stands(store, lanes)));
    }

    @Override
    public Uni<List<LatePlace>> unknown(StoreName store, List<LatePlace> units) {
        return notReadyIfRefused(guards.attempt(store, () -> writer.unknown(store, units)));
    }

    @Override
    public Uni<Void> prepare(StoreName store) {
        return notReadyIfRefused(guards.attempt(store, () -> writer.prepare(store)));
    }

    private static <T> Uni<T> notReadyIfRefused(Uni<T> guarded) {
        return guarded.onFailure(Refusal.class).transform(refusal -> new StoreNotReady("circuit-open", refusal));
    }
}
