package dev.tidegate.oracle;

import dev.tidegate.download.Download;
import dev.tidegate.download.PullLine;
import dev.tidegate.download.PullRequest;
import dev.tidegate.model.EntityName;
import dev.tidegate.model.IdType;
import dev.tidegate.model.Model;
import dev.tidegate.policy.Caller;
import dev.tidegate.shape.ShownObject;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** A device as the contract wants it: keeps lines together with the cursor behind them, and goes on from there. */
final class PullDevice {
    final String name;
    private final Model structure;
    private final Optional<Set<EntityName>> entities;
    private final boolean current;
    private final Map<EntityName, Map<String, DownloadOracle.Copy>> held = new HashMap<>();
    private final Set<String> put = new HashSet<>();
    private Caller caller;
    private Caller asker;
    private Optional<String> cursor = Optional.empty();
    private boolean fresh = true;
    private boolean complete = true;

    /** {@code current}: it always has the app that goes with the model. */
    PullDevice(String name, Model structure, Caller caller, Optional<Set<EntityName>> entities, boolean current) {
        this.name = name;
        this.structure = structure;
        this.caller = caller;
        this.asker = caller;
        this.entities = entities;
        this.current = current;
    }

    /** Who began the pull that is under way. */
    Caller asker() {
        return asker;
    }

    Caller caller() {
        return caller;
    }

    boolean current() {
        return current;
    }

    /** Other roles, or in another zone. */
    void become(Caller other) {
        caller = other;
    }

    boolean asksFor(EntityName entity) {
        return entities.map(asked -> asked.contains(entity)).orElse(true);
    }

    PullRequest request(Regime regime) {
        complete = true;
        asker = caller;
        return new PullRequest(
                regime.profile(),
                caller,
                Optional.empty(),
                cursor,
                entities,
                current ? Optional.of(regime.model().version()) : Optional.empty());
    }

    /** Its cursor has expired. */
    void beginAgain() {
        cursor = Optional.empty();
        fresh = true;
        put.clear();
    }

    Map<String, DownloadOracle.Copy> held(EntityName entity) {
        return held.computeIfAbsent(entity, _ -> new TreeMap<>());
    }

    /** Whether all of it was asked of the store. */
    boolean isComplete() {
        return complete;
    }

    void take(Download.Piece piece) {
        piece.lines().forEach(this::take);
        if (piece.last() && fresh) {
            if (complete) {
                held.forEach((entity, copies) -> copies.keySet().removeIf(id -> !put.contains(key(entity, id))));
            }
            fresh = false;
            put.clear();
        }
    }

    private void take(PullLine line) {
        switch (line) {
            case PullLine.Put(var object) -> {
                EntityName entity = object.shape().entity();
                held(entity).put(object.id().toString(), copy(object));
                put.add(key(entity, object.id().toString()));
            }
            case PullLine.Remove(var entity, var id) -> {
                held(entity).remove(id);
                put.remove(key(entity, id));
            }
            case PullLine.Clear(var entity) -> held(entity).clear();
            case PullLine.Retain retain -> retain(retain);
            case PullLine.Unavailable _ -> complete = false;
            case PullLine.Cursor(var behind, var _, var _) -> cursor = Optional.of(behind);
            case PullLine.End _ -> throw new IllegalStateException("nothing was selected");
        }
    }

    private static DownloadOracle.Copy copy(ShownObject object) {
        if (Answer.of(object) instanceof Answer.Found(List<Answer.Shown> objects, var _)) {
            return new DownloadOracle.Copy(objects.getFirst(), object.version());
        }
        throw new IllegalStateException("an object is found");
    }

    private static String key(EntityName entity, String id) {
        return entity + " " + id;
    }

    private void retain(PullLine.Retain range) {
        Set<String> kept = Set.copyOf(range.ids());
        held(range.entity())
                .keySet()
                .removeIf(id -> range.from()
                                .map(from -> order(range.entity(), from, id) <= 0)
                                .orElse(true)
                        && range.to()
                                .map(to -> order(range.entity(), id, to) <= 0)
                                .orElse(true)
                        && !kept.contains(id));
    }

    /** Texts by code point, which above U+FFFF the store does rather than the contract (limits of {@code downloads.md}). */
    private int order(EntityName of, String one, String other) {
        return structure.entity(of).identity().type() == IdType.LONG
                ? Evaluator.order(Long.valueOf(one), Long.valueOf(other))
                : Evaluator.order(one, other);
    }
}
