package dev.tidegate.oracle;

import dev.tidegate.model.AggregateFunction;
import dev.tidegate.model.Association;
import dev.tidegate.model.AttributeType;
import dev.tidegate.model.DeclaredAttribute;
import dev.tidegate.model.Direction;
import dev.tidegate.model.EntityName;
import dev.tidegate.model.Model;
import dev.tidegate.model.OwnedEnd;
import dev.tidegate.xpath.Condition;
import dev.tidegate.xpath.Hop;
import dev.tidegate.xpath.Member;
import dev.tidegate.xpath.Reach;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Says what must come back for one question. */
final class Oracle {
    private static final Answer DENIED = new Answer.Denied("access-denied");

    private final World world;
    private final Model model;
    private final CallerSight sight;
    private final Question question;
    private final Evaluator evaluator;

    Oracle(World world, CallerSight sight, Question question) {
        this.world = world;
        this.model = world.model();
        this.sight = sight;
        this.question = question;
        this.evaluator = new Evaluator(world, sight, question.caller(), question.meant());
    }

    Answer answer() {
        if (isDenied() || !mayName(question.entity(), question.constraint().meant()) || !maySort()) {
            return DENIED;
        }
        List<Answer.Shown> shown = matching(question.constraint().meant()).stream()
                .sorted(order())
                .map(thing -> shown(thing, question.attributes(), question.expand()))
                .toList();
        return new Answer.Found(shown, shown.size());
    }

    /** One object by its id: there is none where it may not be read. */
    Answer answer(Thing thing) {
        return isDenied()
                ? DENIED
                : world.find(question.entity(), thing.id())
                        .filter(sight::sees)
                        .<Answer>map(found ->
                                new Answer.Found(List.of(shown(found, question.attributes(), question.expand())), 1))
                        .orElse(new Answer.Denied("no-such-object"));
    }

    /** A function over the values that may be read; empty ones do not count. */
    Answer answer(AggregateFunction function, Optional<DeclaredAttribute> attribute) {
        boolean named = attribute
                .map(declared ->
                        sight.mayName(question.entity(), declared.attribute().name()))
                .orElse(true);
        if (!sight.mayName(question.entity())
                || !named
                || !mayName(question.entity(), question.constraint().meant())) {
            return DENIED;
        }
        List<Thing> things = matching(question.constraint().meant());
        if (attribute.isEmpty()) {
            return new Answer.Computed(Answer.form((long) things.size()));
        }
        List<Object> values = things.stream()
                .filter(thing -> sight.sees(thing, attribute.get().attribute().name()))
                .flatMap(thing -> Stream.ofNullable(thing.value(attribute.get())))
                .toList();
        return new Answer.Computed(Answer.form(Aggregation.of(function, values)));
    }

    List<Thing> matching(Condition condition) {
        return world.in(question.entity()).stream()
                .filter(sight::sees)
                .filter(thing -> evaluator.holds(thing, condition))
                .toList();
    }

    /** How many objects of the entity the caller can see at all. */
    long visible() {
        return world.in(question.entity()).stream().filter(sight::sees).count();
    }

    /** Naming what can be read in no object at all is refused, whatever the objects. */
    private boolean isDenied() {
        return !sight.mayName(question.entity())
                || question.expand().stream()
                        .flatMap(path -> path.hops().stream())
                        .anyMatch(hop -> !mayName(hop))
                || question.attributes().stream()
                        .flatMap(List::stream)
                        .anyMatch(name -> !sight.mayName(question.entity(), name));
    }

    private boolean maySort() {
        return question.sort().stream()
                .allMatch(key -> key.path().stream().allMatch(this::mayName)
                        && key.member()
                                .map(member -> sight.mayName(
                                        key.end(question.entity()),
                                        member.attribute().name()))
                                .orElse(true));
    }

    private boolean mayName(EntityName at, Condition condition) {
        return switch (condition) {
            case Condition.All(var parts) -> parts.stream().allMatch(part -> mayName(at, part));
            case Condition.Any(var parts) -> parts.stream().allMatch(part -> mayName(at, part));
            case Condition.Not(var inner) -> mayName(at, inner);
            case Condition.Compare compare -> mayName(at, compare.term().member());
            case Condition.CompareMembers(var left, var _, var right) -> mayName(at, left) && mayName(at, right);
            case Condition.IsEmpty(var member) -> mayName(at, member);
            case Condition.IsNotEmpty(var member) -> mayName(at, member);
            case Condition.TextMatch match -> mayName(at, match.member());
            case Condition.Exists(var hop, var where) -> mayName(hop) && mayName(hop.to(), where);
            case Condition.CompareValues _, Condition.OfOwnEntity _ -> true;
        };
    }

    private boolean mayName(EntityName at, Reach reach) {
        EntityName on = at;
        for (Reach.Leg leg : reach.legs()) {
            if (!mayName(leg.hop()) || !mayName(leg.hop().to(), leg.where())) {
                return false;
            }
            on = leg.hop().to();
        }
        return mayName(on, reach.end().member());
    }

    private boolean mayName(EntityName on, Member member) {
        return switch (member) {
            case Member.Id _ -> true;
            case Member.OfAttribute of -> sight.mayName(on, of.attribute().name());
        };
    }

    private boolean mayName(Hop hop) {
        Association association = hop.association();
        boolean ownedHere = hop.direction() == Direction.FORWARD || (association.bothOwn() && !association.isSelf());
        return sight.mayName(hop.to())
                && sight.mayName(
                        ownedHere ? hop.from() : hop.to(), association.name().toString());
    }

    /** Empty last ascending, first descending; what may not be read is as if empty; the id last, always ascending. */
    private Comparator<Thing> order() {
        Comparator<Thing> order = (_, _) -> 0;
        for (Question.Key key : question.sort()) {
            Comparator<Thing> next = Comparator.comparing(
                    thing -> Optional.ofNullable(keyOf(thing, key)),
                    (a, b) -> a.isEmpty() || b.isEmpty()
                            ? Boolean.compare(a.isEmpty(), b.isEmpty())
                            : Evaluator.order(a.get(), b.get()));
            order = order.thenComparing(key.descending() ? next.reversed() : next);
        }
        return order.thenComparing(Thing::id, Evaluator::order);
    }

    /** Moments as the store has them: within a millisecond the finer one comes later. */
    private @Nullable Object keyOf(Thing thing, Question.Key key) {
        Optional<Thing> at = Optional.of(thing);
        for (Hop hop : key.path()) {
            at = at.flatMap(near -> first(near, hop).findFirst());
        }
        if (at.isEmpty() || key.member().isEmpty()) {
            return at.map(Thing::id).orElse(null);
        }
        DeclaredAttribute declared = key.member().get();
        if (!sight.sees(at.get(), declared.attribute().name())) {
            return null;
        }
        boolean moment = declared.attribute().type() == AttributeType.DATETIME;
        return moment ? at.get().values().get(declared) : at.get().value(declared);
    }

    /** What a hop shows, in the order of the ids. What the object at hand lists itself is the first of them, though it be hidden. */
    private List<Thing> ends(Thing near, Hop hop) {
        Stream<Thing> shown = isSingle(hop) && hop.isOwnedHere()
                ? first(near, hop)
                : evaluator.step(near, hop).sorted(Comparator.comparing(Thing::id, Evaluator::order));
        return shown.limit(isSingle(hop) ? 1 : Long.MAX_VALUE).toList();
    }

    /** The first one at a single end, where the store has several by mistake; nothing when that one is hidden. */
    private Stream<Thing> first(Thing near, Hop hop) {
        return world.reached(near, hop).stream()
                .min(Comparator.comparing(Thing::id, Evaluator::order))
                .filter(far -> evaluator.step(near, hop).anyMatch(far::equals))
                .stream();
    }

    static boolean isSingle(Hop hop) {
        return hop.association().kind() == Association.Kind.REFERENCE
                && (hop.direction() == Direction.FORWARD || hop.association().bothOwn());
    }

    /** What paths bring along, by their names; paths that begin alike share what they bring. */
    private Map<String, List<Answer.Shown>> expanded(Thing thing, List<Question.Trail> paths) {
        Map<String, Hop> first = new LinkedHashMap<>();
        Map<String, List<Question.Trail>> further = new LinkedHashMap<>();
        for (Question.Trail path : paths) {
            Hop hop = path.hops().getFirst();
            String name = nameOf(hop);
            first.put(name, hop);
            List<Question.Trail> rest = further.computeIfAbsent(name, _ -> new ArrayList<>());
            if (path.hops().size() > 1) {
                rest.add(new Question.Trail(
                        "", path.hops().subList(1, path.hops().size())));
            }
        }
        Map<String, List<Answer.Shown>> expanded = new TreeMap<>();
        first.forEach((name, hop) -> expanded.put(
                name,
                ends(thing, hop).stream()
                        .map(far -> shown(far, Optional.empty(), further.getOrDefault(name, List.of())))
                        .toList()));
        return expanded;
    }

    /** The association's name, and which end where it could be either. */
    private String nameOf(Hop hop) {
        Association association = hop.association();
        boolean couldBeForward = model.isKindOf(hop.from(), association.from());
        if (hop.direction() == Direction.FORWARD || !couldBeForward) {
            return association.name().toString();
        }
        return association.name() + (association.isSelf() ? "[reversed()]" : "/" + hop.to());
    }

    Answer.Shown shown(Thing thing, Optional<List<String>> asked, List<Question.Trail> expand) {
        EntityName own = thing.own().orElseThrow();
        boolean limitsAssociations = asked.stream().flatMap(List::stream).anyMatch(name -> name.contains("."));
        Set<String> readOnly = new TreeSet<>();
        Map<String, String> attributes = new TreeMap<>();
        for (DeclaredAttribute declared : model.attributes(own)) {
            String name = declared.attribute().name();
            boolean wanted = asked.isEmpty() || asked.get().contains(name);
            AttributeType type = declared.attribute().type();
            if (wanted && type != AttributeType.HASHED_STRING && sight.sees(thing, name)) {
                attributes.put(name, Answer.form(thing.value(declared)));
                if (type == AttributeType.AUTONUMBER || !sight.mayWrite(thing, name)) {
                    readOnly.add(name);
                }
            }
        }
        Map<String, List<String>> associations = new TreeMap<>();
        for (OwnedEnd end : ends(own)) {
            String name = end.association().name().toString();
            boolean wanted = !limitsAssociations || asked.orElse(List.of()).contains(name);
            if (wanted && sight.sees(thing, name) && !associations.containsKey(name)) {
                associations.put(name, ids(thing, end));
                if (!sight.mayWrite(thing, name)) {
                    readOnly.add(name);
                }
            }
        }
        return new Answer.Shown(
                own, Answer.form(thing.id()), attributes, associations, readOnly, expanded(thing, expand));
    }

    /** What objects list: associations that they own, and those that both ends do; one with itself from the owner's end. */
    private List<OwnedEnd> ends(EntityName own) {
        List<OwnedEnd> ends = new ArrayList<>();
        for (Association association : model.associations().values()) {
            if (model.isKindOf(own, association.from())) {
                ends.add(new OwnedEnd(association, Direction.FORWARD));
            } else if (association.bothOwn() && model.isKindOf(own, association.to())) {
                ends.add(new OwnedEnd(association, Direction.BACKWARD));
            }
        }
        return ends;
    }

    /** In the order of the ids; a single end has one at most. */
    private List<String> ids(Thing thing, OwnedEnd end) {
        return world.ids(thing, end.association(), end.direction()).stream()
                .sorted(Evaluator::order)
                .limit(end.association().kind() == Association.Kind.REFERENCE ? 1 : Long.MAX_VALUE)
                .map(Answer::form)
                .toList();
    }
}
