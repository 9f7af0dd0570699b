package dev.tidegate.oracle;

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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Says what must come back. */
final class Oracle {
    private final World world;
    private final Model model;
    private final CallerSight sight;

    Oracle(World world, CallerSight sight) {
        this.world = world;
        this.model = world.model();
        this.sight = sight;
    }

    Answer answer(Question question) {
        if (isDenied(question)) {
            return new Answer.Denied("access-denied");
        }
        List<Answer.Shown> shown = matching(question, question.constraint().meant()).stream()
                .sorted(order(question))
                .map(thing -> shown(thing, question.attributes()))
                .toList();
        return new Answer.Found(shown, shown.size());
    }

    /** One object by its id: there is none where it may not be read. */
    Answer answer(Question question, Thing thing) {
        if (!sight.mayName(question.entity())
                || question.attributes().stream()
                        .flatMap(List::stream)
                        .anyMatch(name -> !sight.mayName(question.entity(), name))) {
            return new Answer.Denied("access-denied");
        }
        return world.find(question.entity(), thing.id())
                .filter(sight::sees)
                .<Answer>map(found -> new Answer.Found(List.of(shown(found, question.attributes())), 1))
                .orElse(new Answer.Denied("no-such-object"));
    }

    List<Thing> matching(Question question, Condition condition) {
        Evaluator evaluator = new Evaluator(world, sight, question.caller(), question.meant());
        return world.in(question.entity()).stream()
                .filter(sight::sees)
                .filter(thing -> evaluator.holds(thing, condition))
                .toList();
    }

    /** How many objects of the entity the caller can see at all. */
    long visible(EntityName entity) {
        return world.in(entity).stream().filter(sight::sees).count();
    }

    /** Naming what can be read in no object at all is refused, whatever the objects. */
    private boolean isDenied(Question question) {
        return !sight.mayName(question.entity())
                || !mayName(question.entity(), question.constraint().meant())
                || question.sort().stream()
                        .anyMatch(key -> !key.name().equals("id") && !sight.mayName(question.entity(), key.name()))
                || question.attributes().stream()
                        .flatMap(List::stream)
                        .anyMatch(name -> !sight.mayName(question.entity(), name));
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
    private Comparator<Thing> order(Question question) {
        Comparator<Thing> order = (_, _) -> 0;
        for (Question.Key key : question.sort()) {
            Comparator<Thing> next = Comparator.comparing(
                    thing -> Optional.ofNullable(keyOf(thing, question.entity(), key.name())),
                    (a, b) -> a.isEmpty() || b.isEmpty()
                            ? Boolean.compare(a.isEmpty(), b.isEmpty())
                            : Evaluator.order(a.get(), b.get()));
            order = order.thenComparing(key.descending() ? next.reversed() : next);
        }
        return order.thenComparing(Thing::id, Evaluator::order);
    }

    /** Moments as the store has them: within a millisecond the finer one comes later. */
    private @Nullable Object keyOf(Thing thing, EntityName entity, String name) {
        if (name.equals("id")) {
            return thing.id();
        }
        DeclaredAttribute declared = model.attribute(entity, name).orElseThrow();
        boolean moment = declared.attribute().type() == AttributeType.DATETIME;
        return sight.sees(thing, name) ? moment ? thing.values().get(declared) : thing.value(declared) : null;
    }

    private Answer.Shown shown(Thing thing, Optional<List<String>> asked) {
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
        return new Answer.Shown(own, Answer.form(thing.id()), attributes, associations, readOnly);
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
