package dev.tidegate.upload;

import dev.tidegate.model.Association;
import dev.tidegate.model.Change;
import dev.tidegate.model.EntityName;
import dev.tidegate.model.MemberValue;
import dev.tidegate.model.Model;
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

/** Finds what operations have to do with each other, by the model and what is tied. Pure; what it finds out of the model it keeps. */
final class Footprints {
    private final Model model;
    private final Ties ties;
    private final Map<EntityName, Set<Trace>> deleted = new HashMap<>();
    private final IdentityHashMap<List<Grant>, Set<Trace>> consulted = new IdentityHashMap<>();
    private final boolean anythingConsulted;

    /** Of these parts only: when none of them consults anything, nothing is noted as altered. */
    Footprints(Model model, List<PartWork> group, Ties ties) {
        this.model = model;
        this.ties = ties;
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
        Ties.Reach reach = ties.reach(change);
        footprint.writes().addAll(reach.writes());
        footprint.makes().addAll(reach.goes());
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
                footprint.alters().addAll(deleted.computeIfAbsent(delete.entity(), this::altersDeleted));
                footprint.consults().addAll(consulted(write.grants()));
            }
        }
    }

    /** What others may read is altered by whatever goes with the object as well. */
    private Set<Trace> altersDeleted(EntityName entity) {
        Set<Trace> traces = new HashSet<>();
        for (EntityName gone : ties.goingWith(entity)) {
            traces.add(new Trace(Trace.Kind.HIERARCHY, model.root(gone)));
            for (Association association : model.associations().values()) {
                if (model.isKindOf(gone, association.from())) {
                    traces.add(new Trace(Trace.Kind.REFERRERS, association.name()));
                }
                if (model.isKindOf(gone, association.to())) {
                    traces.add(new Trace(Trace.Kind.MEMBER, association.name()));
                }
            }
        }
        return traces;
    }

    private void add(Footprint footprint, MemberValue member) {
        ObjectKey.referredTo(model, member).forEach(footprint.refers()::add);
        member.ownedEnd().filter(ties::reachesFarEnd).ifPresent(_ -> {
            ObjectKey.referredTo(model, member).forEach(footprint.writes()::add);
            ObjectKey.takenFrom(model, member).forEach(footprint.writes()::add);
        });
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
