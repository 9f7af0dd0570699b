package dev.tidegate.policy;

import dev.tidegate.model.AssociationName;
import dev.tidegate.model.DeclaredAttribute;
import dev.tidegate.model.Direction;
import dev.tidegate.xpath.Condition;
import dev.tidegate.xpath.Hop;
import dev.tidegate.xpath.Member;
import dev.tidegate.xpath.Reach;
import dev.tidegate.xpath.Value;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What the conditions of grants read of other objects than the one that they are asked of: attributes, associations held by the
 * object that a hop leaves ({@code forward}) or by the one at which it arrives ({@code backward}), and whether the caller's own
 * object is looked up. What an object itself holds is not among them.
 */
public record RightsUses(
        Set<DeclaredAttribute> attributes,
        Set<AssociationName> forward,
        Set<AssociationName> backward,
        boolean currentUser) {
    public RightsUses {
        attributes = Set.copyOf(attributes);
        forward = Set.copyOf(forward);
        backward = Set.copyOf(backward);
    }

    public static RightsUses of(List<Grant> grants) {
        Collector collector = new Collector();
        grants.forEach(grant -> collector.visit(grant.when(), false));
        return new RightsUses(collector.attributes, collector.forward, collector.backward, collector.currentUser);
    }

    private static final class Collector {
        private final Set<DeclaredAttribute> attributes = new HashSet<>();
        private final Set<AssociationName> forward = new HashSet<>();
        private final Set<AssociationName> backward = new HashSet<>();
        private boolean currentUser;

        /** @param away whether the condition is asked of another object than the one at hand */
        void visit(Condition condition, boolean away) {
            switch (condition) {
                case Condition.All(var parts) -> parts.forEach(part -> visit(part, away));
                case Condition.Any(var parts) -> parts.forEach(part -> visit(part, away));
                case Condition.Not(var inner) -> visit(inner, away);
                case Condition.Compare compare -> {
                    member(compare.term().member(), away);
                    value(compare.value());
                }
                case Condition.CompareMembers compare -> {
                    reach(compare.left(), away);
                    reach(compare.right(), away);
                }
                case Condition.CompareValues compare -> {
                    value(compare.left());
                    value(compare.right());
                }
                case Condition.IsEmpty(var member) -> member(member, away);
                case Condition.IsNotEmpty(var member) -> member(member, away);
                case Condition.TextMatch match -> {
                    member(match.member(), away);
                    value(match.needle());
                }
                case Condition.Exists(var hop, var where) -> {
                    hop(hop, away);
                    visit(where, true);
                }
                case Condition.OfOwnEntity _ -> {}
            }
        }

        private void reach(Reach reach, boolean away) {
            boolean further = away;
            for (Reach.Leg leg : reach.legs()) {
                hop(leg.hop(), further);
                further = true;
                visit(leg.where(), true);
            }
            member(reach.end().member(), further);
        }

        private void hop(Hop hop, boolean away) {
            if (hop.direction() == Direction.BACKWARD) {
                backward.add(hop.association().name());
            } else if (away) {
                forward.add(hop.association().name());
            }
        }

        private void member(Member member, boolean away) {
            if (away && member instanceof Member.OfAttribute of) {
                attributes.add(of.declared());
            }
        }

        private void value(Value value) {
            currentUser |= value instanceof Value.CurrentUser;
        }
    }
}
