package dev.tidegate.shape;

import dev.tidegate.model.AssociationName;
import dev.tidegate.model.DeclaredAttribute;
import dev.tidegate.model.Model;
import dev.tidegate.model.OwnedEnd;
import dev.tidegate.policy.DecidedQuery;
import dev.tidegate.policy.EntityView;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The members of one own entity that a query may show: asked for, ever sent, and readable under some grant. Bare names in
 * {@code attributes} limit the attributes; associations are limited only when it names some (qualified).
 */
record ShownMembers(List<DeclaredAttribute> attributes, List<OwnedEnd> ends) {

    static ShownMembers of(Model model, DecidedQuery query, EntityView view) {
        Optional<Set<String>> asked = query.attributes();
        boolean namesAssociations = asked.stream().flatMap(Set::stream).anyMatch(name -> name.indexOf('.') >= 0);
        List<DeclaredAttribute> attributes = model.attributes(view.entity()).stream()
                .filter(declared -> declared.attribute().isSent())
                .filter(declared -> isAsked(asked, declared.attribute().name()))
                .filter(declared -> isReadable(view, declared.attribute().name()))
                .toList();
        List<OwnedEnd> ends = new ArrayList<>();
        Set<AssociationName> named = new HashSet<>();
        for (OwnedEnd end : model.ownedEnds(view.entity())) {
            String name = end.association().name().toString();
            if ((!namesAssociations || isAsked(asked, name))
                    && isReadable(view, name)
                    && named.add(end.association().name())) {
                ends.add(end);
            }
        }
        return new ShownMembers(attributes, ends);
    }

    private static boolean isAsked(Optional<Set<String>> asked, String name) {
        return asked.map(names -> names.contains(name)).orElse(true);
    }

    private static boolean isReadable(EntityView view, String name) {
        return view.grants().stream().anyMatch(grant -> grant.read().contains(name));
    }
}
