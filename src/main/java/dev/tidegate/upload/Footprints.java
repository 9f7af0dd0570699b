package dev.tidegate.upload;

import dev.tidegate.model.Association;
import dev.tidegate.model.Change;
import dev.tidegate.model.Direction;
import dev.tidegate.model.EntityName;
import dev.tidegate.model.MemberValue;
import dev.tidegate.model.Model;
import dev.tidegate.model.OwnedEnd;
import dev.tidegate.policy.Grant;
import dev.tidegate.policy.RightsUses;
import dev.tidegate.upload.Footprint.Trace;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Finds what operations have to do with each other, by the model alone. Pure; what it finds out about the model it keeps. */
final class Footprints {
    private final Model model;
    private final Map<EntityName, Set<EntityName>> reaches = new HashMap<>();
    private final IdentityHashMap<List<Grant>, Set<Trace>> consulted = new IdentityHashMap<>();
    private final boolean anythingConsulted;

    /** Of these parts only: when none of them consults anything, nothing is noted as altered. */
    Footprints(Model model, List<PartWork> group) {
        this.model = model;
        group.stream().flatMap(part -> part.steps().stream()).forEach(step -> {
            if (step.todo() instanceof Step.Write write) {
                consulted.computeIfAbsent(write.grants(), this::uses);
            }
        });
        this.anythingConsulted = consulted.values().stream().anyMatch(traces -> !traces.isEmpty());
    }

    Footprint of(ApplyUnit unit) {
        Footprint footprint = Footprint.empty();
        for (Step step : unit.steps()) {
            if (step.todo() instanceof Step.Write write) {
                add(footprint, write);
            }
        }
        return footprint;
    }

    private void add(Footprint footprint, Step.Write write) {
        Change change = write.change();
        ObjectKey own = ObjectKey.of(model, change);
        footprint.writes().add(own);
        if (!(change instanceof Change.Update)) {
            footprint.makes().add(own);
        }
        Change.members(change).forEach(member -> add(footprint, member));
        if (change instanceof Change.Delete delete) {
            footprint.sweeps().addAll(reach(delete.entity()));
        }
        if (anythingConsulted) {
            addTraces(footprint, own, write);
        }
    }

    private void addTraces(Footprint footprint, ObjectKey own, Step.Write write) {
        footprint.alters().add(new Trace(Trace.Kind.HIERARCHY, own.root()));
        switch (write.change()) {
            // No object reaches a new one but by a reference that is written after it; only those that it refers to do.
            case Change.Create create ->
                create.members().forEach(member -> referrer(member).ifPresent(footprint.alters()::add));
            case Change.Update update -> {
                update.members().forEach(member -> {
                    footprint.alters().add(new Trace(Trace.Kind.MEMBER, of(member)));
                    referrer(member).ifPresent(footprint.alters()::add);
                });
                footprint.consults().addAll(consulted(write.grants()));
            }
            case Change.Delete delete -> {
                model.associations().values().stream()
                        .filter(association -> model.isKindOf(delete.entity(), association.from()))
                        .forEach(association ->
                                footprint.alters().add(new Trace(Trace.Kind.REFERRERS, association.name())));
                footprint.consults().addAll(consulted(write.grants()));
            }
        }
    }

    private void add(Footprint footprint, MemberValue member) {
        switch (member) {
            case MemberValue.OfAttribute _ -> {}
            case MemberValue.Reference(var end, var target) -> refer(footprint, end, target.stream());
            case MemberValue.Targets(var end, var targets) -> refer(footprint, end, targets.stream());
            case MemberValue.TargetsEdit edit -> refer(footprint, edit.end(), edit.add().stream());
        }
    }

    private void refer(Footprint footprint, OwnedEnd end, Stream<Object> targets) {
        targets.forEach(id -> footprint.refers().add(ObjectKey.of(model, end.target(), id)));
        if (reachesFarEnd(end)) {
            footprint.sweeps().add(model.root(end.target()));
        }
    }

    /** Whether writing this end makes other versions of objects at the other one, named or not. */
    private static boolean reachesFarEnd(OwnedEnd end) {
        return end.association().bothOwn()
                && switch (end.association().storage()) {
                    case Association.InColumn _ -> end.direction() == Direction.BACKWARD;
                    case Association.InJoinTable _ -> true;
                };
    }

    private static Object of(MemberValue member) {
        return switch (member) {
            case MemberValue.OfAttribute set -> set.declared();
            case MemberValue.Reference set -> set.end().association().name();
            case MemberValue.Targets set -> set.end().association().name();
            case MemberValue.TargetsEdit edit -> edit.end().association().name();
        };
    }

    private static Optional<Trace> referrer(MemberValue member) {
        return member instanceof MemberValue.OfAttribute
                ? Optional.empty()
                : Optional.of(new Trace(Trace.Kind.REFERRERS, of(member)));
    }

    /** The hierarchies that a delete may write to, or looks at, by what the model says of those that refer to the object. */
    Set<EntityName> reach(EntityName entity) {
        Set<EntityName> known = reaches.get(entity);
        if (known == null) {
            known = new HashSet<>();
            reach(entity, known, new HashSet<>());
            reaches.put(entity, known);
        }
        return known;
    }

    private void reach(EntityName entity, Set<EntityName> reached, Set<EntityName> seen) {
        if (!seen.add(entity)) {
            return;
        }
        for (Association association : model.associations().values()) {
            if (model.isKindOf(entity, association.to()) && inOneStore(association)) {
                reached.add(model.root(association.from()));
                if (association.onDelete() == Association.OnDelete.CASCADE) {
                    model.family(association.from()).forEach(going -> reach(going, reached, seen));
                }
            }
            if (model.isKindOf(entity, association.from())
                    && association.bothOwn()
                    && association.storage() instanceof Association.InJoinTable) {
                reached.add(model.root(association.to()));
            }
        }
    }

    private boolean inOneStore(Association association) {
        return model.entity(association.from())
                .store()
                .equals(model.entity(association.to()).store());
    }

    private Set<Trace> consulted(List<Grant> grants) {
        return consulted.getOrDefault(grants, Set.of());
    }

    private Set<Trace> uses(List<Grant> grants) {
        RightsUses uses = RightsUses.of(grants);
        Set<Trace> traces = new HashSet<>();
        uses.attributes().forEach(attribute -> traces.add(new Trace(Trace.Kind.MEMBER, attribute)));
        uses.forward().forEach(association -> traces.add(new Trace(Trace.Kind.MEMBER, association)));
        uses.backward().forEach(association -> traces.add(new Trace(Trace.Kind.REFERRERS, association)));
        if (uses.currentUser()) {
            model.user().ifPresent(user -> traces.add(new Trace(Trace.Kind.HIERARCHY, model.root(user.entity()))));
        }
        return traces;
    }
}
