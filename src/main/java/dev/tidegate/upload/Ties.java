package dev.tidegate.upload;

import dev.tidegate.model.Association;
import dev.tidegate.model.Change;
import dev.tidegate.model.Direction;
import dev.tidegate.model.EntityName;
import dev.tidegate.model.MemberValue;
import dev.tidegate.model.Model;
import dev.tidegate.model.OwnedEnd;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.stream.Stream;

/**
 * Which objects hang together by associations, as far as it matters to a group: what a delete empties, prevents or takes with
 * it, and what becomes another version when the other end of an association is written that both ends own. The group's own
 * changes name some of that; the rest is in the store, and is asked for until there are no {@link #questions} any more.
 *
 * <p>What the group does not name matters only where it goes with a delete, and may take others along: so an answer is never
 * longer than the group otherwise. Changes that meet only in an object that none of the group names have to be written one by
 * one, in their order.
 */
public final class Ties {
    private final Model model;
    private final Set<Place> known = new HashSet<>();
    private final Map<Place, Set<Object>> pairs = new HashMap<>();
    private final Map<EntityName, Set<Object>> concerned = new HashMap<>();
    private final Map<EntityName, List<OwnedEnd>> ends = new HashMap<>();
    private final List<Change> reaching = new ArrayList<>();

    /** An object as seen from one end of an association. */
    private record Place(OwnedEnd end, Object id) {}

    /** An object that goes, and an entity that it is at least of. */
    private record Going(EntityName entity, Object id) {}

    /**
     * Which objects at the other end are tied to those with these {@code ids} at this one. With {@code among}: only those of
     * these ids.
     */
    public record Question(OwnedEnd end, Set<Object> ids, Optional<Set<Object>> among) {}

    /** The objects of the group that a change writes without naming them, and those among them that go. */
    record Reach(Set<ObjectKey> writes, Set<ObjectKey> goes) {}

    private Ties(Model model) {
        this.model = model;
    }

    /** What the group itself names. */
    public static Ties of(Model model, Collection<PartWork> group) {
        Ties ties = new Ties(model);
        for (PartWork part : group) {
            for (Step step : part.steps()) {
                if (step.todo() instanceof Step.Write write) {
                    ties.note(write.change());
                }
            }
        }
        return ties;
    }

    private void note(Change change) {
        concerns(change.entity(), change.id());
        for (MemberValue member : Change.members(change)) {
            switch (member) {
                case MemberValue.OfAttribute _ -> {}
                case MemberValue.Reference(var end, var target) -> target.ifPresent(id -> note(change, end, id));
                case MemberValue.Targets(var end, var targets) -> targets.forEach(id -> note(change, end, id));
                case MemberValue.TargetsEdit(var end, var add, var remove) -> {
                    add.forEach(id -> note(change, end, id));
                    remove.forEach(id -> concerns(end.target(), id));
                }
            }
        }
        if (change instanceof Change.Delete || farEnds(change).findAny().isPresent()) {
            reaching.add(change);
        }
    }

    private void note(Change change, OwnedEnd end, Object target) {
        concerns(end.target(), target);
        tie(end, change.id(), target);
    }

    private void concerns(EntityName entity, Object id) {
        concerned
                .computeIfAbsent(model.root(entity), _ -> new LinkedHashSet<>())
                .add(id);
    }

    /** The store holds, or the group makes, such a pair: {@code near} is at this end, {@code far} at the other. */
    public void tie(OwnedEnd end, Object near, Object far) {
        pairs.computeIfAbsent(new Place(end, near), _ -> new HashSet<>()).add(far);
        pairs.computeIfAbsent(new Place(end.opposite(), far), _ -> new HashSet<>())
                .add(near);
    }

    /** What has to be asked of the store, and was not yet: the answers may lead to further questions. */
    public List<Question> questions() {
        Map<OwnedEnd, Set<Object>> open = new LinkedHashMap<>();
        for (Change change : reaching) {
            walk(change, (end, id) -> {
                if (known.add(new Place(end, id)) && matters(end)) {
                    open.computeIfAbsent(end, _ -> new LinkedHashSet<>()).add(id);
                }
            });
        }
        return open.entrySet().stream()
                .map(entry -> new Question(entry.getKey(), entry.getValue(), among(entry.getKey())))
                .toList();
    }

    private boolean matters(OwnedEnd end) {
        return takesAlong(end) || concerned.containsKey(model.root(end.target()));
    }

    private Optional<Set<Object>> among(OwnedEnd end) {
        return takesAlong(end)
                ? Optional.empty()
                : Optional.of(Collections.unmodifiableSet(concerned.getOrDefault(model.root(end.target()), Set.of())));
    }

    Reach reach(Change change) {
        Set<ObjectKey> writes = new HashSet<>();
        Set<ObjectKey> goes = new HashSet<>();
        walk(change, (end, id) -> {
            Set<Object> group = concerned.getOrDefault(model.root(end.target()), Set.of());
            for (Object far : far(end, id)) {
                if (group.contains(far)) {
                    ObjectKey key = ObjectKey.of(model, end.target(), far);
                    writes.add(key);
                    if (takesAlong(end) && change instanceof Change.Delete) {
                        goes.add(key);
                    }
                }
            }
        });
        return new Reach(writes, goes);
    }

    /** Each end of each object along which the change may reach others. */
    private void walk(Change change, BiConsumer<OwnedEnd, Object> visitor) {
        if (change instanceof Change.Delete delete) {
            walk(delete, visitor);
            return;
        }
        farEnds(change).forEach(end -> visitor.accept(end, change.id()));
    }

    private void walk(Change.Delete delete, BiConsumer<OwnedEnd, Object> visitor) {
        Set<Going> seen = new HashSet<>();
        Deque<Going> open = new ArrayDeque<>(List.of(new Going(delete.entity(), delete.id())));
        for (Going going = open.poll(); going != null; going = open.poll()) {
            if (!seen.add(going)) {
                continue;
            }
            for (OwnedEnd end : ends(going.entity())) {
                visitor.accept(end, going.id());
                if (takesAlong(end)) {
                    far(end, going.id()).forEach(id -> open.add(new Going(end.target(), id)));
                }
            }
        }
    }

    private Set<Object> far(OwnedEnd end, Object id) {
        return pairs.getOrDefault(new Place(end, id), Set.of());
    }

    private static boolean takesAlong(OwnedEnd end) {
        return end.direction() == Direction.BACKWARD && end.association().onDelete() == Association.OnDelete.CASCADE;
    }

    /** Along which the delete of an object of the entity, or of a specialization, reaches others. */
    private List<OwnedEnd> ends(EntityName entity) {
        return ends.computeIfAbsent(entity, this::endsOf);
    }

    private List<OwnedEnd> endsOf(EntityName entity) {
        List<OwnedEnd> all = new ArrayList<>();
        for (Association association : model.associations().values()) {
            if (isAnyOf(entity, association.to()) && inOneStore(association)) {
                all.add(new OwnedEnd(association, Direction.BACKWARD));
            }
            if (isAnyOf(entity, association.from())
                    && association.bothOwn()
                    && association.storage() instanceof Association.InJoinTable) {
                all.add(new OwnedEnd(association, Direction.FORWARD));
            }
        }
        return all;
    }

    /** The entities of objects of which some may go with one of this entity. */
    Set<EntityName> goingWith(EntityName entity) {
        Set<EntityName> all = new HashSet<>();
        Deque<EntityName> open = new ArrayDeque<>(List.of(entity));
        for (EntityName going = open.poll(); going != null; going = open.poll()) {
            if (all.add(going)) {
                ends(going).stream().filter(Ties::takesAlong).forEach(end -> open.addAll(model.family(end.target())));
            }
        }
        return all;
    }

    private boolean isAnyOf(EntityName entity, EntityName at) {
        return model.family(entity).stream().anyMatch(one -> model.isKindOf(one, at));
    }

    private boolean inOneStore(Association association) {
        return model.entity(association.from())
                .store()
                .equals(model.entity(association.to()).store());
    }

    /** Those that the change writes and that make other versions of objects at the other one, named or not. */
    private Stream<OwnedEnd> farEnds(Change change) {
        return Change.members(change).stream()
                .flatMap(member -> member.ownedEnd().stream())
                .filter(this::reachesFarEnd);
    }

    boolean reachesFarEnd(OwnedEnd end) {
        return end.association().bothOwn()
                && inOneStore(end.association())
                && switch (end.association().storage()) {
                    case Association.InColumn _ -> end.direction() == Direction.BACKWARD;
                    case Association.InJoinTable _ -> true;
                };
    }
}
