package dev.tidegate.upload;

import dev.tidegate.model.Change;
import dev.tidegate.model.EntityName;
import dev.tidegate.model.MemberValue;
import dev.tidegate.model.Model;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The order in which the steps of a part are written ({@code rules}: upload): that of the batch, but a create that refers to
 * an object that the batch creates later comes after it, and creates that refer to each other in a circle are made first and
 * get those references in a second step. Operations that concern the same object keep their order. Pure; takes time in
 * proportion to the batch.
 */
public final class WriteOrder {

    /**
     * Steps to be written one after the other. For nearly all it is one step. Those of a circle are {@code first} written
     * without the references that nothing is there for yet; {@code then} those follow, as updates under the same index. When
     * one of a circle cannot be written, the whole circle is to be taken back, and {@code steps} without that one ordered
     * again.
     */
    public record Unit(List<Step> steps, List<Step> first, List<Step> then) {
        public Unit {
            steps = List.copyOf(steps);
            first = List.copyOf(first);
            then = List.copyOf(then);
        }
    }

    private final Model model;
    private final List<Step> steps;
    private final Map<ObjectKey, Integer> created = new HashMap<>();
    private final List<Set<Integer>> before = new ArrayList<>();

    private WriteOrder(Model model, List<Step> steps) {
        this.model = model;
        this.steps = steps;
        Set<ObjectKey> seen = new HashSet<>();
        for (int i = 0; i < steps.size(); i++) {
            Optional<Change> change = change(i);
            if (change.isPresent() && seen.add(own(change.get())) && change.get() instanceof Change.Create create) {
                created.put(own(create), i);
            }
        }
    }

    public static List<Unit> of(Model model, List<Step> steps) {
        return new WriteOrder(model, steps).units();
    }

    private List<Unit> units() {
        boolean asItCame =
                IntStream.range(0, steps.size()).noneMatch(i -> targets(i).anyMatch(key -> isAhead(i, key)));
        if (asItCame) {
            return steps.stream().map(WriteOrder::alone).toList();
        }
        connect();
        return inOrder(circles()).stream().map(this::unit).toList();
    }

    private static Unit alone(Step step) {
        return new Unit(List.of(step), List.of(step), List.of());
    }

    /** Whether a step is a create whose target the batch makes only then: later, or by the step itself. */
    private boolean isAhead(int step, ObjectKey target) {
        return change(step).filter(Change.Create.class::isInstance).isPresent()
                && created.getOrDefault(target, -1) >= step;
    }

    /** Notes for each step which others have to come before it. */
    private void connect() {
        Map<ObjectKey, Integer> writer = new HashMap<>();
        Map<ObjectKey, Set<Integer>> readers = new HashMap<>();
        steps.forEach(_ -> before.add(new HashSet<>()));
        for (int i = 0; i < steps.size(); i++) {
            int at = i;
            targets(i).forEach(target -> {
                if (isAhead(at, target)) {
                    before.get(at).add(created.getOrDefault(target, at));
                } else if (writer.containsKey(target)) {
                    before.get(at).add(writer.getOrDefault(target, at));
                }
                readers.computeIfAbsent(target, _ -> new HashSet<>()).add(at);
            });
            change(i).map(this::own).ifPresent(key -> {
                Set<Integer> others = readers.remove(key);
                Set<Integer> waiting = new HashSet<>();
                if (others != null) {
                    others.forEach(other -> (before.get(other).contains(at) ? waiting : before.get(at)).add(other));
                }
                if (!waiting.isEmpty()) {
                    readers.put(key, waiting);
                }
                Integer earlier = writer.put(key, at);
                if (earlier != null) {
                    before.get(at).add(earlier);
                }
            });
        }
        for (int i = 0; i < steps.size(); i++) {
            before.get(i).remove(i);
        }
    }

    /** The strongly connected parts of the graph (Kosaraju), each in the order of the batch: for each step its part. */
    private int[] circles() {
        List<List<Integer>> after = new ArrayList<>();
        before.forEach(_ -> after.add(new ArrayList<>()));
        for (int i = 0; i < before.size(); i++) {
            int to = i;
            before.get(i).forEach(from -> after.get(from).add(to));
        }
        int[] circle = new int[steps.size()];
        Arrays.fill(circle, -1);
        for (int root : finished(after).reversed()) {
            Deque<Integer> open = new ArrayDeque<>(List.of(root));
            while (!open.isEmpty()) {
                int at = open.pop();
                if (circle[at] < 0) {
                    circle[at] = root;
                    before.get(at).stream().filter(next -> circle[next] < 0).forEach(open::push);
                }
            }
        }
        return circle;
    }

    /** All steps in the order in which a walk along {@code after}, depth first, has done with them. */
    private static List<Integer> finished(List<List<Integer>> after) {
        List<Integer> done = new ArrayList<>();
        boolean[] seen = new boolean[after.size()];
        int[] next = new int[after.size()];
        Deque<Integer> path = new ArrayDeque<>();
        for (int start = 0; start < after.size(); start++) {
            if (!seen[start]) {
                seen[start] = true;
                path.push(start);
            }
            while (!path.isEmpty()) {
                int at = path.element();
                if (next[at] == after.get(at).size()) {
                    done.add(path.pop());
                } else {
                    int to = after.get(at).get(next[at]++);
                    if (!seen[to]) {
                        seen[to] = true;
                        path.push(to);
                    }
                }
            }
        }
        return done;
    }

    /** Circles one after the other; of those that may come next, the one with the earliest step. */
    private List<List<Integer>> inOrder(int[] circle) {
        Map<Integer, List<Integer>> members = new HashMap<>();
        Map<Integer, Set<Integer>> following = new HashMap<>();
        Map<Integer, Set<Integer>> missing = new HashMap<>();
        for (int i = 0; i < circle.length; i++) {
            int own = circle[i];
            members.computeIfAbsent(own, _ -> new ArrayList<>()).add(i);
            for (int earlier : before.get(i)) {
                if (circle[earlier] != own) {
                    following
                            .computeIfAbsent(circle[earlier], _ -> new HashSet<>())
                            .add(own);
                    missing.computeIfAbsent(own, _ -> new HashSet<>()).add(circle[earlier]);
                }
            }
        }
        PriorityQueue<List<Integer>> ready =
                new PriorityQueue<>((one, other) -> Integer.compare(one.getFirst(), other.getFirst()));
        members.forEach((name, of) -> {
            if (!missing.containsKey(name)) {
                ready.add(of);
            }
        });
        List<List<Integer>> ordered = new ArrayList<>();
        for (List<Integer> now = ready.poll(); now != null; now = ready.poll()) {
            ordered.add(now);
            int name = circle[now.getFirst()];
            for (int next : following.getOrDefault(name, Set.of())) {
                Set<Integer> still = missing.getOrDefault(next, new HashSet<>());
                if (still.remove(name) && still.isEmpty()) {
                    ready.add(members.getOrDefault(next, List.of()));
                }
            }
        }
        return ordered;
    }

    private Unit unit(List<Integer> circle) {
        Set<Integer> places = new HashSet<>(circle);
        List<Step> all = circle.stream().map(steps::get).toList();
        List<Step> first = new ArrayList<>();
        List<Step> then = new ArrayList<>();
        for (int i : circle) {
            Step step = steps.get(i);
            if (step.todo() instanceof Step.Write write
                    && write.change() instanceof Change.Create create
                    && targets(i).anyMatch(key -> isPostponed(i, key, places))) {
                Postponed split = split(i, create, places);
                first.add(with(step, write, new Change.Create(create.entity(), create.id(), split.now())));
                if (!split.later().isEmpty()) {
                    then.add(with(
                            step,
                            write,
                            new Change.Update(create.entity(), create.id(), Optional.empty(), split.later())));
                }
            } else {
                first.add(step);
            }
        }
        return new Unit(all, first, then);
    }

    private static Step with(Step step, Step.Write write, Change change) {
        return new Step(
                step.index(),
                step.entity(),
                step.id(),
                step.pointer(),
                new Step.Write(change, write.policy(), write.grants()));
    }

    private record Postponed(List<MemberValue> now, List<MemberValue> later) {}

    /** What a later operation of the circle writes anew is not written behind it. */
    private Postponed split(int at, Change.Create create, Set<Integer> circle) {
        Set<String> anew = new HashSet<>();
        for (int other : circle) {
            if (other > at
                    && change(other).orElse(create) instanceof Change.Update update
                    && own(update).equals(own(create))) {
                update.members().forEach(member -> anew.add(member.member()));
            }
        }
        List<MemberValue> now = new ArrayList<>();
        List<MemberValue> later = new ArrayList<>();
        for (MemberValue member : create.members()) {
            List<MemberValue> postponed = anew.contains(member.member()) ? new ArrayList<>() : later;
            switch (member) {
                case MemberValue.OfAttribute _ -> now.add(member);
                case MemberValue.Reference reference ->
                    (reference
                                            .target()
                                            .filter(id -> isPostponed(
                                                    at, key(reference.end().target(), id), circle))
                                            .isPresent()
                                    ? postponed
                                    : now)
                            .add(member);
                case MemberValue.Targets set -> {
                    List<Object> ahead = ahead(at, set.end().target(), set.targets(), circle);
                    now.add(new MemberValue.Targets(set.end(), without(set.targets(), ahead)));
                    if (!ahead.isEmpty()) {
                        postponed.add(new MemberValue.TargetsEdit(set.end(), ahead, List.of()));
                    }
                }
                case MemberValue.TargetsEdit edit -> {
                    List<Object> ahead = ahead(at, edit.end().target(), edit.add(), circle);
                    now.add(new MemberValue.TargetsEdit(edit.end(), without(edit.add(), ahead), edit.remove()));
                    if (!ahead.isEmpty()) {
                        postponed.add(new MemberValue.TargetsEdit(edit.end(), ahead, List.of()));
                    }
                }
            }
        }
        return new Postponed(now, later);
    }

    /** Whether the target is ahead even in the order of writing, since it is part of the same circle. */
    private boolean isPostponed(int at, ObjectKey target, Set<Integer> circle) {
        return isAhead(at, target) && circle.contains(created.getOrDefault(target, -1));
    }

    private List<Object> ahead(int at, EntityName target, List<Object> ids, Set<Integer> circle) {
        return ids.stream()
                .filter(id -> isPostponed(at, key(target, id), circle))
                .toList();
    }

    private static List<Object> without(List<Object> all, List<Object> some) {
        Set<Object> gone = new HashSet<>(some);
        return all.stream().filter(id -> !gone.contains(id)).toList();
    }

    private Optional<Change> change(int step) {
        return steps.get(step).todo() instanceof Step.Write write ? Optional.of(write.change()) : Optional.empty();
    }

    /** The objects that a step refers to. */
    private Stream<ObjectKey> targets(int step) {
        return change(step).stream().flatMap(change -> ObjectKey.referredTo(model, change));
    }

    private ObjectKey own(Change change) {
        return ObjectKey.of(model, change);
    }

    private ObjectKey key(EntityName entity, Object id) {
        return ObjectKey.of(model, entity, id);
    }
}
