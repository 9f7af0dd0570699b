package dev.tidegate.policy;

import dev.tidegate.xpath.Condition;
import dev.tidegate.xpath.Hop;
import dev.tidegate.xpath.Member;
import dev.tidegate.xpath.Reach;
import dev.tidegate.xpath.Term;
import dev.tidegate.xpath.Value;
import java.util.ArrayList;
import java.util.List;

/**
 * What a condition uses of the model, wherever in it: hops and attributes; members compared with {@code [%CurrentUser%]}, and
 * whether that is compared with a bare value; whether it reads the clock, and the session's zone. A hop comes before what it leads to.
 */
record ConditionUses(
        List<Hop> hops,
        List<Member.OfAttribute> members,
        List<Member> currentUsers,
        boolean bareCurrentUser,
        boolean clock,
        boolean zone) {

    static ConditionUses of(Condition condition) {
        Collector collector = new Collector();
        collector.visit(condition);
        return new ConditionUses(
                collector.hops,
                collector.members,
                collector.currentUsers,
                collector.bareCurrentUser,
                collector.clock,
                collector.zone);
    }

    private static final class Collector {
        private final List<Hop> hops = new ArrayList<>();
        private final List<Member.OfAttribute> members = new ArrayList<>();
        private final List<Member> currentUsers = new ArrayList<>();
        private boolean bareCurrentUser;
        private boolean clock;
        private boolean zone;

        void visit(Condition condition) {
            switch (condition) {
                case Condition.All(var parts) -> parts.forEach(this::visit);
                case Condition.Any(var parts) -> parts.forEach(this::visit);
                case Condition.Not(var inner) -> visit(inner);
                case Condition.Compare compare -> {
                    term(compare.term());
                    value(compare.value());
                    if (compare.value() instanceof Value.CurrentUser) {
                        currentUsers.add(compare.term().member());
                    }
                }
                case Condition.CompareMembers compare -> {
                    reach(compare.left());
                    reach(compare.right());
                }
                case Condition.CompareValues compare -> {
                    value(compare.left());
                    value(compare.right());
                    bareCurrentUser |=
                            compare.left() instanceof Value.CurrentUser || compare.right() instanceof Value.CurrentUser;
                }
                case Condition.IsEmpty(var member) -> member(member);
                case Condition.IsNotEmpty(var member) -> member(member);
                case Condition.TextMatch match -> {
                    member(match.member());
                    value(match.needle());
                }
                case Condition.Exists exists -> {
                    hops.add(exists.hop());
                    visit(exists.where());
                }
                case Condition.OfOwnEntity _ -> {}
            }
        }

        private void reach(Reach reach) {
            for (Reach.Leg leg : reach.legs()) {
                hops.add(leg.hop());
                visit(leg.where());
            }
            term(reach.end());
        }

        private void term(Term term) {
            member(term.member());
            zone |= term instanceof Term.DatePart part && part.zone().isEmpty();
        }

        private void member(Member member) {
            switch (member) {
                case Member.Id _ -> {}
                case Member.OfAttribute of -> members.add(of);
            }
        }

        private void value(Value value) {
            switch (value) {
                case Value.Clock _ -> {
                    clock = true;
                    zone = true;
                }
                case Value.LocalMoment _ -> zone = true;
                case Value.Constant _, Value.Parameter _, Value.CurrentUser _, Value.CurrentUserName _ -> {}
            }
        }
    }
}
