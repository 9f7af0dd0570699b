package dev.tidegate.sql;

import dev.tidegate.model.EntityName;
import dev.tidegate.model.Model;
import dev.tidegate.model.ValueType;
import dev.tidegate.xpath.Condition;
import dev.tidegate.xpath.Hop;
import dev.tidegate.xpath.Reach;
import java.util.ArrayList;
import java.util.List;

/**
 * The same condition without what the model already knows: the own entity outside hierarchies, what is never empty,
 * and what always or never holds. Nothing is left that is trivial, unless it is trivial as a whole.
 */
final class Simplified {
    private final Model model;

    Simplified(Model model) {
        this.model = model;
    }

    Condition of(Condition condition, EntityName entity) {
        return switch (condition) {
            case Condition.All(var parts) -> all(parts, entity);
            case Condition.Any(var parts) -> any(parts, entity);
            case Condition.Not(var inner) -> not(of(inner, entity));
            case Condition.Exists(Hop hop, Condition where) -> {
                Condition inner = of(where, hop.to());
                yield inner.isNever() ? Condition.never() : new Condition.Exists(hop, inner);
            }
            case Condition.OfOwnEntity(var own) -> ownEntity(own, entity, condition);
            case Condition.IsEmpty(var member) ->
                member instanceof dev.tidegate.xpath.Member.Id || member.type() == ValueType.BOOLEAN
                        ? Condition.never()
                        : condition;
            case Condition.IsNotEmpty(var member) ->
                member instanceof dev.tidegate.xpath.Member.Id || member.type() == ValueType.BOOLEAN
                        ? Condition.always()
                        : condition;
            case Condition.CompareMembers(var left, var comparator, var right) ->
                new Condition.CompareMembers(reach(left), comparator, reach(right));
            case Condition.Compare _, Condition.CompareValues _, Condition.TextMatch _ -> condition;
        };
    }

    private Reach reach(Reach reach) {
        return new Reach(
                reach.legs().stream()
                        .map(leg -> new Reach.Leg(
                                leg.hop(), of(leg.where(), leg.hop().to())))
                        .toList(),
                reach.end());
    }

    private Condition all(List<Condition> parts, EntityName entity) {
        List<Condition> left = new ArrayList<>();
        for (Condition part : parts) {
            Condition simple = of(part, entity);
            if (simple.isNever()) {
                return Condition.never();
            }
            switch (simple) {
                case Condition.All(var nested) -> left.addAll(nested);
                default -> left.add(simple);
            }
        }
        return left.size() == 1 ? left.getFirst() : new Condition.All(left);
    }

    private Condition any(List<Condition> parts, EntityName entity) {
        List<Condition> left = new ArrayList<>();
        for (Condition part : parts) {
            Condition simple = of(part, entity);
            if (simple.isAlways()) {
                return Condition.always();
            }
            switch (simple) {
                case Condition.Any(var nested) -> left.addAll(nested);
                default -> left.add(simple);
            }
        }
        return left.size() == 1 ? left.getFirst() : new Condition.Any(left);
    }

    private static Condition not(Condition inner) {
        if (inner.isAlways()) {
            return Condition.never();
        }
        if (inner.isNever()) {
            return Condition.always();
        }
        return new Condition.Not(inner);
    }

    private Condition ownEntity(EntityName own, EntityName entity, Condition asItIs) {
        if (!model.isKindOf(own, entity)) {
            return Condition.never();
        }
        return model.family(model.root(entity)).size() == 1 ? Condition.always() : asItIs;
    }
}
