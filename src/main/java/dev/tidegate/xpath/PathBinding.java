package dev.tidegate.xpath;

import dev.tidegate.model.Association;
import dev.tidegate.model.AssociationName;
import dev.tidegate.model.Direction;
import dev.tidegate.model.Entity;
import dev.tidegate.model.EntityName;
import dev.tidegate.model.Model;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** Resolves the names of paths: which step is an association, which way it is walked, where it arrives. */
final class PathBinding {
    static final int MOST_STEPS = 64;

    private final Model model;
    private final Findings findings;
    private int steps;

    PathBinding(Model model, Findings findings) {
        this.model = model;
        this.findings = findings;
    }

    /** A hop and the predicates on the entity that it arrives at. */
    record Leg(Hop hop, List<Expr> predicates) {}

    /** The legs of a path from an entity; empty when a name does not resolve, which is then reported. */
    Optional<List<Leg>> legs(EntityName from, List<Operand.Step> path) {
        List<Leg> legs = new ArrayList<>();
        EntityName at = from;
        int i = 0;
        while (i < path.size()) {
            Operand.Step step = path.get(i++);
            Optional<Association> association = association(at, step);
            if (association.isEmpty() || !mayStep(step)) {
                return Optional.empty();
            }
            boolean arrivalNamed =
                    i < path.size() && findAssociation(path.get(i).name()).isEmpty();
            Optional<Operand.Step> arrival = arrivalNamed ? Optional.of(path.get(i++)) : Optional.empty();
            Optional<Hop> hop = hop(at, association.get(), step, arrival);
            if (hop.isEmpty()) {
                return Optional.empty();
            }
            legs.add(new Leg(hop.get(), arrival.map(Operand.Step::predicates).orElse(List.of())));
            at = hop.get().to();
        }
        return Optional.of(legs);
    }

    private boolean mayStep(Operand.Step step) {
        if (++steps > MOST_STEPS) {
            findings.limit(step.position(), "More than " + MOST_STEPS + " path steps in one constraint.");
            return false;
        }
        if (!step.predicates().isEmpty()) {
            findings.mismatch(
                    step.position(),
                    "'" + step.name() + "' is an association; a predicate stands on the entity that it leads to: "
                            + step.name() + "/Module.Entity[…].");
            return false;
        }
        return true;
    }

    private Optional<Association> findAssociation(String name) {
        return model.findAssociation(AssociationName.parse(name));
    }

    private Optional<Association> association(EntityName at, Operand.Step step) {
        Optional<Association> found = findAssociation(step.name());
        if (found.isEmpty()) {
            boolean entity = model.findEntity(EntityName.parse(step.name())).isPresent();
            findings.unknown(
                    step.position(),
                    entity
                            ? "'" + step.name() + "' is an entity; the path needs an association of '" + at + "' here."
                            : "Association '" + step.name() + "' is not part of '" + at + "'."
                                    + Suggestion.of(step.name(), associationsOf(at)));
        }
        return found;
    }

    private Stream<String> associationsOf(EntityName at) {
        return model.associations().values().stream()
                .filter(association -> model.isKindOf(at, association.from()) || model.isKindOf(at, association.to()))
                .map(association -> association.name().toString());
    }

    private Optional<Hop> hop(
            EntityName at, Association association, Operand.Step step, Optional<Operand.Step> arrival) {
        Optional<Direction> direction = direction(at, association, step, arrival);
        if (direction.isEmpty()) {
            return Optional.empty();
        }
        EntityName to = direction.get() == Direction.FORWARD ? association.to() : association.from();
        if (arrival.isPresent() && !arrives(step, arrival.get(), to)) {
            return Optional.empty();
        }
        return Optional.of(new Hop(association, direction.get(), at, to, step.position()));
    }

    private Optional<Direction> direction(
            EntityName at, Association association, Operand.Step step, Optional<Operand.Step> arrival) {
        boolean forward = model.isKindOf(at, association.from());
        boolean backward = model.isKindOf(at, association.to());
        if (!forward && !backward) {
            findings.unknown(step.position(), outOfReach(at, association));
            return Optional.empty();
        }
        if (step.reversed() && !association.isSelf()) {
            findings.mismatch(
                    step.position(),
                    "'[reversed()]' is only for an association of an entity with itself; '" + step.name()
                            + "' is walked from either end by its name.");
            return Optional.empty();
        }
        boolean back = association.isSelf()
                ? step.reversed()
                : !forward
                        || (backward
                                && arrival.map(named -> named.name()
                                                .equals(association.from().toString()))
                                        .orElse(false));
        return Optional.of(back ? Direction.BACKWARD : Direction.FORWARD);
    }

    private String outOfReach(EntityName at, Association association) {
        for (EntityName end : List.of(association.from(), association.to())) {
            if (model.isKindOf(end, at)) {
                return "Association '" + association.name() + "' is of '" + end + "', a specialization of '" + at
                        + "': members of a specialization cannot be reached from the generalization. Query '" + end
                        + "' instead.";
            }
        }
        return "Association '" + association.name() + "' is not part of '" + at + "': it is between '"
                + association.from() + "' and '" + association.to() + "'.";
    }

    private boolean arrives(Operand.Step step, Operand.Step arrival, EntityName to) {
        EntityName named = EntityName.parse(arrival.name());
        if (arrival.reversed()) {
            findings.mismatch(arrival.position(), "'[reversed()]' stands on an association, not on an entity.");
            return false;
        }
        if (named.equals(to)) {
            return true;
        }
        if (model.findEntity(named).isEmpty()) {
            findings.unknown(
                    arrival.position(),
                    "'" + arrival.name() + "' is neither an entity nor an association; '" + step.name() + "' leads to '"
                            + to + "'.");
        } else if (model.isKindOf(named, to)) {
            findings.unknown(
                    arrival.position(),
                    "'" + step.name() + "' leads to '" + to + "', which cannot be narrowed to its specialization '"
                            + named + "'. Write '" + to + "'.");
        } else {
            findings.unknown(
                    arrival.position(), "'" + step.name() + "' does not lead to '" + named + "'. Write '" + to + "'.");
        }
        return false;
    }

    /** The attribute of that name; empty when there is none, which is then reported. */
    Optional<Member> member(EntityName on, Operand.Name name) {
        Optional<Member> found =
                model.attribute(on, name.text()).map(declared -> new Member.OfAttribute(on, declared, name.position()));
        if (found.isEmpty()) {
            findings.unknown(name.position(), unknownAttribute(on, name.text()));
        }
        return found;
    }

    private String unknownAttribute(EntityName on, String name) {
        Optional<EntityName> below = model.family(on).stream()
                .filter(entity -> model.entity(entity).attributes().containsKey(name))
                .findFirst();
        if (below.isPresent()) {
            return "Attribute '" + name + "' is of '" + below.get() + "', a specialization of '" + on
                    + "': members of a specialization cannot be reached from the generalization. Query '" + below.get()
                    + "' instead.";
        }
        Stream<String> known = Stream.concat(
                model.attributes(on).stream()
                        .map(declared -> declared.attribute().name()),
                associationsOf(on));
        return "Attribute '" + name + "' is not part of '" + on + "'." + meant(name, known);
    }

    private static String meant(String name, Stream<String> known) {
        return switch (name.toLowerCase(Locale.ROOT)) {
            case "null", "nil", "empty" -> " Did you mean empty?";
            case "true" -> " Did you mean true()?";
            case "false" -> " Did you mean false()?";
            default -> Suggestion.of(name, known);
        };
    }

    SortKey sortKey(EntityName entity, Operand operand, boolean descending) {
        Operand.Path path = operand instanceof Operand.Path of
                ? of
                : new Operand.Path(List.of(), Optional.empty(), operand.position());
        List<Hop> hops = hops(entity, path);
        EntityName end = hops.isEmpty() ? entity : hops.getLast().to();
        Optional<Member> member = Optional.empty();
        if (operand instanceof Operand.Id) {
            member = Optional.of(id(end, operand.position()));
        } else if (path.member().isEmpty()) {
            findings.mismatch(path.position(), "A sort key ends in an attribute: '" + operandText(path) + "/Name'.");
        } else if (findings.isClean()) {
            member = member(end, path.member().get());
        }
        hops.stream()
                .filter(hop -> !hop.isSingle())
                .findFirst()
                .ifPresent(hop -> findings.mismatch(
                        hop.position(),
                        "'" + hop.association().name() + "' leads to many objects; a sort needs single references."));
        return new SortKey(hops, member.orElseGet(() -> id(end, operand.position())), descending, operand.position());
    }

    private static String operandText(Operand.Path path) {
        return ConstraintPrinter.print(path);
    }

    List<Hop> expansion(EntityName entity, Operand operand) {
        if (!(operand instanceof Operand.Path path) || path.member().isPresent()) {
            findings.mismatch(operand.position(), "Only associations can be expanded: 'Module.Association'.");
            return List.of();
        }
        return hops(entity, path);
    }

    private List<Hop> hops(EntityName entity, Operand.Path path) {
        List<Leg> legs = legs(entity, path.steps()).orElse(List.of());
        if (legs.stream().anyMatch(leg -> !leg.predicates().isEmpty())) {
            findings.mismatch(path.position(), "A path has no predicates here.");
        }
        return legs.stream().map(Leg::hop).toList();
    }

    Member.Id id(EntityName on, int position) {
        Entity entity = model.entity(on);
        return new Member.Id(on, entity.identity().type(), position);
    }
}
