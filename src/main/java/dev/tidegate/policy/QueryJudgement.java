package dev.tidegate.policy;

import dev.tidegate.model.EntityName;
import dev.tidegate.model.Model;
import dev.tidegate.problem.Place;
import dev.tidegate.problem.ProblemCode;
import dev.tidegate.problem.Violation;
import dev.tidegate.xpath.Condition;
import dev.tidegate.xpath.Hop;
import dev.tidegate.xpath.Member;
import dev.tidegate.xpath.Reach;
import dev.tidegate.xpath.SortKey;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The rules on the parts of one query: the limitations of the profile, and what the caller may read at all. */
final class QueryJudgement {
    private final Model model;
    private final Limitations limitations;
    private final ReadAccess access;
    private final List<Violation> violations = new ArrayList<>();

    QueryJudgement(Model model, Limitations limitations, ReadAccess access) {
        this.model = model;
        this.limitations = limitations;
        this.access = access;
    }

    List<Violation> violations() {
        return List.copyOf(violations);
    }

    /** The query's entity; below it nothing is said of members when no object of it can be read. */
    boolean entity(EntityName entity, Site site) {
        violations.addAll(limitations.ofQuery(entity, site, new Place.Nowhere()));
        boolean readable = access.isReadable(entity);
        if (!readable) {
            violations.add(Violation.of(
                    ProblemCode.ACCESS_DENIED, "None of the caller's roles may read objects of '" + entity + "'."));
        }
        return readable;
    }

    /** A constraint on objects of {@code entity}, whose violations come in the order of its text. */
    void constraint(String parameter, EntityName entity, Condition condition, boolean readable) {
        List<Violation> found = new ArrayList<>();
        new Walk(parameter, entity, found).visit(condition, readable);
        found.sort(Comparator.comparingInt(QueryJudgement::position));
        violations.addAll(found);
    }

    private static int position(Violation violation) {
        return violation.place() instanceof Place.InParameter in ? in.position() : 0;
    }

    void sort(SortKey key, boolean readable) {
        Place place = new Place.InParameter("sort", key.position());
        boolean seen = readable;
        for (Hop hop : key.path()) {
            violations.addAll(limitations.ofStep(hop, place));
            seen = hop(hop, place, seen, violations);
        }
        if (key.member() instanceof Member.OfAttribute member) {
            member(member, place, seen, violations);
        }
    }

    void expansion(BoundQuery.Expansion path, Site site, boolean readable) {
        Place place = new Place.InParameter("expand", path.position());
        boolean seen = readable;
        for (Hop hop : path.hops()) {
            violations.addAll(limitations.ofExpansion(hop, site, place));
            if (site == Site.SERVER && Stores.crosses(model, hop)) {
                violations.add(new Violation(
                        ProblemCode.CROSS_STORE_CONSTRAINT,
                        "'" + hop.association().name()
                                + "' leads to another data store; it cannot be expanded. Read the"
                                + " other objects by their ids.",
                        place));
            }
            seen = access(hop, place, seen, violations);
        }
    }

    /** An attribute or association that is asked for by name. */
    void shown(EntityName entity, String member, int position, boolean readable) {
        Place place = new Place.InParameter("attributes", position);
        boolean hidden = model.attribute(entity, member)
                .filter(declared -> !declared.attribute().isSent())
                .isPresent();
        if (hidden) {
            violations.add(new Violation(
                    ProblemCode.MEMBER_NOT_USABLE, "'" + member + "' is a hashed string, which is never sent.", place));
        } else if (readable && !access.isReadable(entity, member)) {
            violations.add(denied(entity, member, place));
        }
    }

    /** The attribute that an aggregate is made of. */
    void aggregated(Member.OfAttribute member, boolean readable) {
        member(member, new Place.InParameter("attribute", 0), readable, violations);
    }

    private boolean hop(Hop hop, Place place, boolean seen, List<Violation> into) {
        if (Stores.crosses(model, hop)) {
            into.add(new Violation(
                    ProblemCode.CROSS_STORE_CONSTRAINT,
                    Stores.crossing(model, hop).detail(),
                    place));
        }
        return access(hop, place, seen, into);
    }

    private boolean access(Hop hop, Place place, boolean seen, List<Violation> into) {
        if (!seen) {
            return false;
        }
        if (!access.isReadable(hop.to())) {
            into.add(new Violation(
                    ProblemCode.ACCESS_DENIED,
                    "'" + hop.association().name() + "' leads to '" + hop.to()
                            + "', of which none of the caller's roles may read any object.",
                    place));
            return false;
        }
        if (access.readable(hop).isNever()) {
            EntityName owner = hop.isOwnedHere() ? hop.from() : hop.to();
            into.add(denied(owner, hop.association().name().toString(), place));
        }
        return true;
    }

    private void member(Member.OfAttribute member, Place place, boolean seen, List<Violation> into) {
        String name = member.attribute().name();
        if (!member.attribute().isUsable()) {
            into.add(new Violation(
                    ProblemCode.MEMBER_NOT_USABLE,
                    "'" + name + "' is " + member.attribute().type().key()
                            + ", which constraints, sorts and aggregates cannot use.",
                    place));
        } else if (seen && !access.isReadable(member.on(), name)) {
            into.add(denied(member.on(), name, place));
        }
    }

    private static Violation denied(EntityName entity, String member, Place place) {
        return new Violation(
                ProblemCode.ACCESS_DENIED,
                "None of the caller's roles may read '" + member + "' of '" + entity + "'.",
                place);
    }

    /** Walks a constraint's tree; {@code seen}: whether any object at hand can be read, so that members matter. */
    private final class Walk {
        private final String parameter;
        private final EntityName entity;
        private final List<Violation> found;

        Walk(String parameter, EntityName entity, List<Violation> found) {
            this.parameter = parameter;
            this.entity = entity;
            this.found = found;
        }

        void visit(Condition condition, boolean seen) {
            switch (condition) {
                case Condition.All(var parts) -> parts.forEach(part -> visit(part, seen));
                case Condition.Any(var parts) -> parts.forEach(part -> visit(part, seen));
                case Condition.Not(var inner) -> visit(inner, seen);
                case Condition.Compare compare -> {
                    use(compare.term().member(), seen);
                    user(compare);
                }
                case Condition.CompareMembers compare -> {
                    reach(compare.left(), seen);
                    reach(compare.right(), seen);
                }
                case Condition.IsEmpty(var member) -> use(member, seen);
                case Condition.IsNotEmpty(var member) -> use(member, seen);
                case Condition.TextMatch match -> use(match.member(), seen);
                case Condition.Exists(var hop, var where) -> visit(where, step(hop, seen));
                case Condition.CompareValues compare -> user(compare);
                case Condition.OfOwnEntity _ -> {}
            }
        }

        private void reach(Reach reach, boolean seen) {
            boolean there = seen;
            for (Reach.Leg leg : reach.legs()) {
                there = step(leg.hop(), there);
                visit(leg.where(), there);
            }
            use(reach.end().member(), there);
        }

        /** Whether any object that the step arrives at can be read. */
        private boolean step(Hop hop, boolean seen) {
            Place place = new Place.InParameter(parameter, hop.position());
            found.addAll(limitations.ofStep(hop, place));
            return hop(hop, place, seen, found);
        }

        private void use(Member member, boolean seen) {
            if (member instanceof Member.OfAttribute of) {
                member(of, new Place.InParameter(parameter, of.position()), seen, found);
            }
        }

        /** A comparison with the caller's own object, which may be kept elsewhere. */
        private void user(Condition comparison) {
            Stores.crossings(model, entity, ConditionUses.of(comparison)).stream()
                    .map(crossing -> new Violation(
                            crossing.code(), crossing.detail(), new Place.InParameter(parameter, position(crossing))))
                    .forEach(found::add);
        }
    }
}
