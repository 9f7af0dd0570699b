package dev.tidegate.upload;

import dev.tidegate.model.Association;
import dev.tidegate.model.AssociationName;
import dev.tidegate.model.Direction;
import dev.tidegate.model.MemberValue;
import dev.tidegate.model.OwnedEnd;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What became different about an object: members that are kept in its own rows, as requests spell them, and elements that came into
 * or left its reference sets.
 */
public record Differences(Set<String> members, Map<AssociationName, Set<Object>> elements) {
    public static final Differences NONE = new Differences(Set.of(), Map.of());

    public Differences {
        members = Set.copyOf(members);
        elements = Map.copyOf(elements);
    }

    public static Differences ofElement(AssociationName set, Object element) {
        return new Differences(Set.of(), Map.of(set, Set.of(element)));
    }

    public Differences and(Differences others) {
        Set<String> allMembers = new HashSet<>(members);
        allMembers.addAll(others.members);
        Map<AssociationName, Set<Object>> allElements = new HashMap<>(elements);
        others.elements.forEach((set, added) -> allElements.merge(set, added, Differences::union));
        return new Differences(allMembers, allElements);
    }

    private static Set<Object> union(Set<Object> some, Set<Object> others) {
        Set<Object> all = new HashSet<>(some);
        all.addAll(others);
        return Set.copyOf(all);
    }

    /** The members of a change that are different here: of a set that it edits, only the elements that it names count. */
    public List<String> metBy(List<MemberValue> change) {
        return change.stream().filter(this::isMetBy).map(MemberValue::member).toList();
    }

    private boolean isMetBy(MemberValue member) {
        return switch (member) {
            case MemberValue.OfAttribute _ -> members.contains(member.member());
            case MemberValue.Reference(var end, var _) -> isMet(end);
            case MemberValue.Targets(var end, var _) -> isMet(end);
            case MemberValue.TargetsEdit(var end, var add, var remove) ->
                isKeptByOthers(end)
                        || Stream.concat(add.stream(), remove.stream())
                                .anyMatch(
                                        elements.getOrDefault(end.association().name(), Set.of())::contains);
        };
    }

    private boolean isMet(OwnedEnd end) {
        AssociationName name = end.association().name();
        return isKeptByOthers(end) || members.contains(name.toString()) || elements.containsKey(name);
    }

    /** A reference in the rows of the objects at the other end: what became of it, the object's own history does not tell. */
    private static boolean isKeptByOthers(OwnedEnd end) {
        return end.direction() == Direction.BACKWARD && end.association().storage() instanceof Association.InColumn;
    }
}
