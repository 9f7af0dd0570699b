package dev.tidegate.policy;

import dev.tidegate.model.Association;
import dev.tidegate.model.Direction;
import dev.tidegate.xpath.Hop;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Makes one tree of the paths to expand, so that what they share is read once; each object under the rules of its own entity. */
final class Expansions {
    private final ReadAccess access;
    private final EntityViews views;

    /** What makes two hops from the same objects one: not where they stand in the text. */
    private record Step(Association association, Direction direction) {}

    private record Branch(Hop hop, List<List<Hop>> further) {}

    Expansions(ReadAccess access, EntityViews views) {
        this.access = access;
        this.views = views;
    }

    List<DecidedQuery.Expansion> of(List<List<Hop>> paths) {
        Map<Step, Branch> branches = new LinkedHashMap<>();
        for (List<Hop> path : paths) {
            if (!path.isEmpty()) {
                Hop hop = path.getFirst();
                branches.computeIfAbsent(
                                new Step(hop.association(), hop.direction()), _ -> new Branch(hop, new ArrayList<>()))
                        .further()
                        .add(path.subList(1, path.size()));
            }
        }
        return branches.values().stream()
                .map(branch -> new DecidedQuery.Expansion(branch.hop(), objects(branch.hop(), branch.further())))
                .toList();
    }

    private DecidedQuery objects(Hop hop, List<List<Hop>> further) {
        return new DecidedQuery(
                hop.to(), access.arrival(hop), Set.of(), views.of(hop.to()), Optional.empty(), List.of(), of(further));
    }
}
