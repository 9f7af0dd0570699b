package dev.tidegate.policy;

import dev.tidegate.xpath.Condition;
import dev.tidegate.xpath.Hop;
import dev.tidegate.xpath.Member;
import dev.tidegate.xpath.Reach;
import dev.tidegate.xpath.Term;
import dev.tidegate.xpath.Value;
import java.util.List;

/**
 * A condition as text that is the same in every process and says everything about what the condition means, but nothing of where its
 * parts stand in a constraint: conditions with one text hold for the same objects.
 */
final class ConditionText {
    private final StringBuilder text = new StringBuilder();

    private ConditionText() {}

    static String of(Condition condition) {
        ConditionText written = new ConditionText();
        written.write(condition);
        return written.text.toString();
    }

    private void write(Condition condition) {
        switch (condition) {
            case Condition.All(var parts) -> all("all", parts);
            case Condition.Any(var parts) -> all("any", parts);
            case Condition.Not(var inner) -> all("not", List.of(inner));
            case Condition.Compare(var term, var comparator, var value) -> {
                term(term);
                add(comparator.symbol());
                value(value);
            }
            case Condition.CompareMembers(var left, var comparator, var right) -> {
                reach(left);
                add(comparator.symbol());
                reach(right);
            }
            case Condition.CompareValues(var left, var comparator, var right) -> {
                value(left);
                add(comparator.symbol());
                value(right);
            }
            case Condition.IsEmpty(var member) -> named("empty", member);
            case Condition.IsNotEmpty(var member) -> named("filled", member);
            case Condition.TextMatch(var member, var kind, var needle) -> {
                named(kind.name(), member);
                value(needle);
            }
            case Condition.Exists(var hop, var where) -> {
                hop(hop);
                write(where);
            }
            case Condition.OfOwnEntity(var entity) -> add("own").add(entity);
        }
    }

    private void all(String what, List<Condition> parts) {
        add(what).add(parts.size());
        parts.forEach(this::write);
    }

    private void named(String what, Member member) {
        add(what);
        term(member);
    }

    private void term(Term term) {
        switch (term) {
            case Member.Id id -> add("id").add(id.on());
            case Member.OfAttribute of ->
                add("attribute")
                        .add(of.on())
                        .add(of.declared().declaredIn())
                        .add(of.attribute().name())
                        .add(of.attribute().column())
                        .add(of.attribute().type().key());
            case Term.Length length -> named("length", length.member());
            case Term.DatePart part -> {
                add(part.part()).add(part.zone());
                term(part.member());
            }
        }
    }

    private void reach(Reach reach) {
        add("reach").add(reach.legs().size());
        reach.legs().forEach(leg -> {
            hop(leg.hop());
            write(leg.where());
        });
        term(reach.end());
    }

    private void hop(Hop hop) {
        add("exists")
                .add(hop.association().name())
                .add(hop.association().storage())
                .add(hop.direction())
                .add(hop.from())
                .add(hop.to());
    }

    private void value(Value value) {
        switch (value) {
            case Value.Constant(var type, var constant) -> add(type).add(type.print(constant));
            case Value.Parameter parameter ->
                add("parameter").add(parameter.name()).add(parameter.type());
            case Value.CurrentUser(var type) -> add("user").add(type);
            case Value.CurrentUserName _ -> add("user name");
            case Value.LocalMoment(var local) -> add("local").add(local);
            case Value.Clock(var formula) -> add("clock").add(formula);
        }
    }

    /** With its length before it, so that no two sequences read the same. */
    private ConditionText add(Object part) {
        String said = part.toString();
        text.append(said.length()).append(':').append(said);
        return this;
    }
}
