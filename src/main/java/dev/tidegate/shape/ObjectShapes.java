package dev.tidegate.shape;

import dev.tidegate.model.Association;
import dev.tidegate.model.DeclaredAttribute;
import dev.tidegate.model.Direction;
import dev.tidegate.model.Model;
import dev.tidegate.model.OwnedEnd;
import dev.tidegate.policy.DecidedQuery;
import dev.tidegate.policy.EntityView;
import dev.tidegate.policy.Grant;
import dev.tidegate.xpath.Hop;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The shapes of objects of one own entity, one for each set of grants that hold together; made when first met. */
final class ObjectShapes {
    static final int ALWAYS = -1;

    private final Model model;
    private final EntityView view;
    private final ShownMembers shown;
    private final int[] flags;
    private final Map<DeclaredAttribute, Integer> attributeColumns;
    private final Map<OwnedEnd, Integer> endColumns;
    private final List<DecidedQuery.Expansion> expansions;
    private final Map<BitSet, ObjectShape> shapes = new ConcurrentHashMap<>();

    /** The flags say for each grant of the view which flag column tells whether it holds, or {@link #ALWAYS}. */
    ObjectShapes(
            Model model,
            EntityView view,
            ShownMembers shown,
            int[] flags,
            Map<DeclaredAttribute, Integer> attributeColumns,
            Map<OwnedEnd, Integer> endColumns,
            List<DecidedQuery.Expansion> expansions) {
        this.model = model;
        this.view = view;
        this.shown = shown;
        this.flags = flags;
        this.attributeColumns = attributeColumns;
        this.endColumns = endColumns;
        this.expansions = expansions;
    }

    /** The shape of a row whose flags start at {@code firstFlag}; {@code held} is scratch space of the caller. */
    ObjectShape shape(BitSet held, @Nullable Object[] row, int firstFlag) {
        held.clear();
        for (int grant = 0; grant < flags.length; grant++) {
            if (flags[grant] == ALWAYS || Boolean.TRUE.equals(row[firstFlag + flags[grant]])) {
                held.set(grant);
            }
        }
        ObjectShape known = shapes.get(held);
        return known != null ? known : shapes.computeIfAbsent((BitSet) held.clone(), this::make);
    }

    private ObjectShape make(BitSet held) {
        List<Grant> grants = held.stream().mapToObj(view.grants()::get).toList();
        Predicate<String> readable =
                name -> grants.stream().anyMatch(grant -> grant.read().contains(name));
        Predicate<String> writable = name -> !view.readOnly().contains(name)
                && grants.stream().anyMatch(grant -> grant.write().contains(name));
        List<ObjectShape.OfAttribute> attributes = shown.attributes().stream()
                .filter(declared -> readable.test(declared.attribute().name()))
                .map(this::attribute)
                .toList();
        List<ObjectShape.OfEnd> ends = shown.ends().stream()
                .filter(end -> readable.test(end.association().name().toString()))
                .map(this::end)
                .toList();
        List<String> readOnly = new ArrayList<>();
        attributes.stream()
                .map(ObjectShape.OfAttribute::name)
                .filter(writable.negate())
                .forEach(readOnly::add);
        ends.stream().map(ObjectShape.OfEnd::name).filter(writable.negate()).forEach(readOnly::add);
        List<ObjectShape.OfExpansion> expanded = expansions.stream()
                .map(DecidedQuery.Expansion::hop)
                .map(hop -> expansion(hop, readable))
                .toList();
        return new ObjectShape(
                view.entity(), model.idType(view.entity()), attributes, ends, readOnly, expanded, isVersioned());
    }

    private ObjectShape.OfAttribute attribute(DeclaredAttribute declared) {
        int column = attributeColumns.getOrDefault(declared, -1);
        return new ObjectShape.OfAttribute(
                declared.attribute().name(), declared.attribute().type().valueType(), column);
    }

    private ObjectShape.OfEnd end(OwnedEnd end) {
        int column = endColumns.getOrDefault(end, -1);
        return new ObjectShape.OfEnd(
                end.association().name().toString(), model.idType(end.target()), end.isSet(), column);
    }

    /** Versions are of an object's own rows, with a column for them also of the pairs in join tables. */
    private boolean isVersioned() {
        boolean column = model.entity(model.root(view.entity())).version().isPresent();
        return view.grants().stream().map(Grant::when).allMatch(OwnMembers::decide)
                && shown.ends().stream()
                        .allMatch(end -> switch (end.association().storage()) {
                            case Association.InColumn _ -> end.direction() == Direction.FORWARD;
                            case Association.InJoinTable _ -> column;
                        });
    }

    /** An association that belongs to the other end is judged there. */
    private ObjectShape.OfExpansion expansion(Hop hop, Predicate<String> readable) {
        String name = hop.association().name().toString();
        return hop.isOwnedHere()
                ? new ObjectShape.OfExpansion(
                        shownAs(hop), hop.isSingle(), readable.test(name), endColumns.getOrDefault(endOf(hop), -1))
                : new ObjectShape.OfExpansion(shownAs(hop), hop.isSingle(), true, ObjectShape.OfExpansion.NOWHERE);
    }

    static OwnedEnd endOf(Hop hop) {
        return new OwnedEnd(hop.association(), hop.direction());
    }

    /** The association's name; where that could be either direction, walked back it is told as the path tells it. */
    private String shownAs(Hop hop) {
        Association association = hop.association();
        if (hop.direction() == Direction.FORWARD || !model.isKindOf(hop.from(), association.from())) {
            return association.name().toString();
        }
        return association.name() + (association.isSelf() ? "[reversed()]" : "/" + hop.to());
    }
}
