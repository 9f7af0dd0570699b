package dev.tidegate.policy;

import dev.tidegate.model.EntityName;
import dev.tidegate.model.Model;
import dev.tidegate.xpath.Condition;
import dev.tidegate.xpath.Hop;
import dev.tidegate.xpath.Member;
import dev.tidegate.xpath.Reach;
import dev.tidegate.xpath.SortKey;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * What callers with some roles may read ({@code rules} 8), as conditions: an object when a grant with a readable member
 * holds for it, a member when a grant that names it does. {@link #weave} puts them into a condition, so that what may not
 * be read makes every comparison false. Each object is judged by the rules of its own entity. What depends on the model
 * alone is kept from the first time that it is asked for.
 */
final class ReadAccess {
    private final Model model;
    private final Function<EntityName, List<Grant>> grantsOf;
    private final Map<EntityName, List<Grant>> grants = new ConcurrentHashMap<>();
    private final Map<EntityName, Condition> objects = new ConcurrentHashMap<>();
    private final Map<MemberOf, Reading> members = new ConcurrentHashMap<>();

    private record MemberOf(EntityName entity, String member) {}

    /** {@code guard}: the same, said of objects that are known to be readable. */
    private record Reading(Condition when, Condition guard) {}

    /** {@code grantsOf} gives the grants to the roles on objects whose own entity is that one. */
    ReadAccess(Model model, Function<EntityName, List<Grant>> grantsOf) {
        this.model = model;
        this.grantsOf = grantsOf;
    }

    List<Grant> grants(EntityName own) {
        return grants.computeIfAbsent(own, grantsOf);
    }

    /** When an object of the entity or a specialization may be read at all. */
    Condition readable(EntityName entity) {
        return objects.computeIfAbsent(
                entity, of -> where(of, grant -> !grant.read().isEmpty()));
    }

    /** When a member of such an object may be read. */
    Condition readable(EntityName entity, String member) {
        return member(entity, member).when();
    }

    private Reading member(EntityName entity, String member) {
        return members.computeIfAbsent(new MemberOf(entity, member), this::readable);
    }

    private Reading readable(MemberOf of) {
        Condition when = where(of.entity(), grant -> grant.read().contains(of.member()));
        return new Reading(when, when.equals(readable(of.entity())) ? Condition.always() : when);
    }

    /** When the association of a hop may be read, said of the object that {@link Hop#isOwnedHere} tells. */
    Condition readable(Hop hop) {
        return readable(
                hop.isOwnedHere() ? hop.from() : hop.to(),
                hop.association().name().toString());
    }

    boolean isReadable(EntityName entity) {
        return !readable(entity).isNever();
    }

    boolean isReadable(EntityName entity, String member) {
        return !readable(entity, member).isNever();
    }

    /**
     * In a hierarchy always by the own entity, also where the model knows no specialization: an object of one that it does not
     * know has no rule, so is not there.
     */
    private Condition where(EntityName entity, Predicate<Grant> gives) {
        if (model.family(model.root(entity)).size() == 1) {
            return ofOwn(entity, gives);
        }
        Condition any = Condition.never();
        for (EntityName own : model.family(entity)) {
            any = any.or(new Condition.OfOwnEntity(own).and(ofOwn(own, gives)));
        }
        return any;
    }

    /** When an object whose own entity is this one may be read at all; never true of others. */
    Condition readableAsOwn(EntityName entity) {
        Condition readable = ofOwn(entity, grant -> !grant.read().isEmpty());
        return model.family(model.root(entity)).size() == 1
                ? readable
                : new Condition.OfOwnEntity(entity).and(readable);
    }

    private Condition ofOwn(EntityName own, Predicate<Grant> gives) {
        List<Condition> conditions =
                grants(own).stream().filter(gives).map(Grant::when).distinct().toList();
        if (conditions.stream().anyMatch(Condition::isAlways)) {
            return Condition.always();
        }
        return conditions.size() == 1 ? conditions.getFirst() : new Condition.Any(conditions);
    }

    /** The condition on objects of the entity that are known to be readable, without what must not leak. */
    Condition weave(Condition condition) {
        return switch (condition) {
            case Condition.All(var parts) ->
                new Condition.All(parts.stream().map(this::weave).toList());
            case Condition.Any(var parts) ->
                new Condition.Any(parts.stream().map(this::weave).toList());
            case Condition.Not(var inner) -> new Condition.Not(weave(inner));
            case Condition.Compare compare -> guard(compare.term().member()).and(compare);
            case Condition.CompareMembers compare -> compareMembers(compare);
            case Condition.IsEmpty empty -> guard(empty.member()).and(empty);
            case Condition.IsNotEmpty filled -> guard(filled.member()).and(filled);
            case Condition.TextMatch match -> guard(match.member()).and(match);
            case Condition.Exists exists -> step(exists);
            case Condition.CompareValues values -> values;
            case Condition.OfOwnEntity own -> own;
        };
    }

    /** When the key may be read: a condition on each object on the way, from the one at hand to the one with the member. */
    List<Condition> readable(SortKey key) {
        List<Condition> conditions = new ArrayList<>();
        Condition at = Condition.always();
        for (Hop hop : key.path()) {
            conditions.add(at.and(departure(hop)));
            at = arrival(hop);
        }
        conditions.add(at.and(guard(key.member())));
        return conditions;
    }

    /** When an object that the hop arrives at may be seen through it, as far as that depends on this object. */
    Condition arrival(Hop hop) {
        return readable(hop.to()).and(hop.isOwnedHere() ? Condition.always() : guard(hop.to(), nameOf(hop)));
    }

    /** When the hop may be taken, as far as that depends on the object that it begins at. */
    private Condition departure(Hop hop) {
        return hop.isOwnedHere() ? guard(hop.from(), nameOf(hop)) : Condition.always();
    }

    private static String nameOf(Hop hop) {
        return hop.association().name().toString();
    }

    private Condition step(Condition.Exists exists) {
        Hop hop = exists.hop();
        return departure(hop).and(new Condition.Exists(hop, arrival(hop).and(weave(exists.where()))));
    }

    private Condition compareMembers(Condition.CompareMembers compare) {
        Guarded left = guarded(compare.left());
        Guarded right = guarded(compare.right());
        return left.here()
                .and(right.here())
                .and(new Condition.CompareMembers(left.reach(), compare.comparator(), right.reach()));
    }

    /** A reach that sees only what may be read, and what has to hold of the object that it begins at. */
    private record Guarded(Condition here, Reach reach) {}

    /** What has to hold of an object before the next step is the condition of the leg that arrives there. */
    private Guarded guarded(Reach reach) {
        Condition after = guard(reach.end().member());
        Deque<Reach.Leg> legs = new ArrayDeque<>();
        for (Reach.Leg leg : reach.legs().reversed()) {
            Condition there = arrival(leg.hop()).and(weave(leg.where())).and(after);
            legs.addFirst(new Reach.Leg(leg.hop(), there));
            after = departure(leg.hop());
        }
        return new Guarded(after, new Reach(List.copyOf(legs), reach.end()));
    }

    /** When the member may be read in an object that may be; always true where that makes no difference. */
    Condition guard(Member member) {
        return switch (member) {
            case Member.Id _ -> Condition.always();
            case Member.OfAttribute of -> guard(of.on(), of.attribute().name());
        };
    }

    /** Always true where a member is readable in every object that is. */
    private Condition guard(EntityName entity, String member) {
        return member(entity, member).guard();
    }
}
