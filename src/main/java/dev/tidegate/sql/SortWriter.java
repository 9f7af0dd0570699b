package dev.tidegate.sql;

import dev.tidegate.model.Association;
import dev.tidegate.model.Direction;
import dev.tidegate.model.Model;
import dev.tidegate.model.ValueType;
import dev.tidegate.xpath.Condition;
import dev.tidegate.xpath.Hop;
import dev.tidegate.xpath.Member;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes the order of a statement: its sort keys, what comes behind an object in that order, and the id as last key. A key
 * over references is looked up, so that an object without one, or with two by mistake, stays one row.
 */
final class SortWriter {
    private final Model model;
    private final ConditionWriter conditions;
    private final Binds binds;
    private final Aliases aliases;
    private final Scope scope;
    private final List<Key> keys = new ArrayList<>();

    /** A key's expression as it is ordered and compared; {@code optional}: it may be empty. */
    private record Key(String value, String ordered, ValueType type, boolean descending, boolean optional) {}

    SortWriter(Model model, ConditionWriter conditions, Binds binds, Aliases aliases, Scope scope) {
        this.model = model;
        this.conditions = conditions;
        this.binds = binds;
        this.aliases = aliases;
        this.scope = scope;
    }

    /** The keys of the statement, before anything else is asked. */
    void keys(List<Select.Order> orders) {
        orders.forEach(order -> keys.add(key(order)));
    }

    private Key key(Select.Order order) {
        Member member = order.key().member();
        String value = reached(scope, order, 0);
        boolean optional = !order.key().path().isEmpty()
                || !conditions.simplify(order.where().getFirst(), scope).isAlways()
                || !(member instanceof Member.Id || member.type() == ValueType.BOOLEAN);
        return new Key(
                value,
                ConditionWriter.ordered(value, member.type()),
                member.type(),
                order.key().descending(),
                optional);
    }

    /** What stands behind {@code ORDER BY}. PostgreSQL's own order of nulls is the one wanted: last ascending, first descending. */
    String order() {
        List<String> texts = new ArrayList<>();
        keys.forEach(key -> texts.add(key.ordered() + (key.descending() ? " DESC" : "")));
        texts.add(id());
        return String.join(", ", texts);
    }

    String text(int key) {
        return "(" + keys.get(key).value() + ")::text";
    }

    /** The condition on what comes behind the object whose id and keys are bound; {@code filled}: which of them have a value. */
    String behind(List<Boolean> filled) {
        ValueType idType = model.idType(scope.entity());
        String behind = id() + " > " + typed(new Bind.LastId(), idType);
        for (int i = keys.size() - 1; i >= 0; i--) {
            behind = behind(i, filled.get(i), behind);
        }
        return keys.isEmpty() ? behind : bounded(filled.getFirst(), "(" + behind + ")");
    }

    /** Empty is above every value. {@code among}: what comes behind among those with an equal key. */
    private String behind(int i, boolean filled, String among) {
        Key key = keys.get(i);
        if (!filled) {
            String equal = key.value() + " IS NULL AND (" + among + ")";
            return key.descending() ? key.value() + " IS NOT NULL OR (" + equal + ")" : equal;
        }
        String last = typed(new Bind.LastKey(i), key.type());
        String beyond = key.ordered() + (key.descending() ? " < " : " > ") + last;
        String empty = key.descending() || !key.optional() ? "" : " OR " + key.value() + " IS NULL";
        return beyond + empty + " OR (" + key.ordered() + " = " + last + " AND (" + among + "))";
    }

    /** Says again of the first key what the condition implies, in words that an index understands. */
    private String bounded(boolean filled, String behind) {
        Key first = keys.getFirst();
        if (!filled || (!first.descending() && first.optional())) {
            return behind;
        }
        String last = typed(new Bind.LastKey(0), first.type());
        return first.ordered() + (first.descending() ? " <= " : " >= ") + last + " AND " + behind;
    }

    private String typed(Bind text, ValueType type) {
        String place = binds.place(text);
        return type == ValueType.TEXT ? place : place + "::" + Quoting.type(type);
    }

    private String id() {
        return ConditionWriter.ordered(scope.id(), model.idType(scope.entity()));
    }

    /** The key's value, seen from the object that is reached after so many hops. */
    private String reached(Scope at, Select.Order order, int hops) {
        Condition where = conditions.simplify(order.where().get(hops), at);
        String value = hops == order.key().path().size() ? value(at, order.key().member()) : beyond(at, order, hops);
        return where.isAlways() ? value : "CASE WHEN " + conditions.write(where, at) + " THEN " + value + " END";
    }

    private String beyond(Scope near, Select.Order order, int hops) {
        Hop hop = order.key().path().get(hops);
        Scope far = new Scope(model, hop.to(), aliases);
        Link link = Link.between(near, far, hop, aliases);
        String value = reached(far, order, hops + 1);
        String first = isUnique(hop)
                ? ""
                : " ORDER BY " + ConditionWriter.ordered(far.id(), model.idType(hop.to())) + " LIMIT 1";
        return near.lookup("SELECT " + value + " AS v FROM " + far.from() + link.pairs() + " WHERE " + link.condition()
                        + first)
                + ".v";
    }

    /** Whether the store itself sees to it that no two objects are found. */
    private static boolean isUnique(Hop hop) {
        return hop.direction() == Direction.FORWARD && hop.association().storage() instanceof Association.InColumn;
    }

    private static String value(Scope at, Member member) {
        String column = at.member(member);
        return member.type() == ValueType.BOOLEAN ? ConditionWriter.present(column) : column;
    }
}
