package dev.tidegate.sql;

import dev.tidegate.model.Association;
import dev.tidegate.model.Direction;
import dev.tidegate.model.EntityName;
import dev.tidegate.model.OwnedEnd;
import dev.tidegate.xpath.Condition;
import dev.tidegate.xpath.Hop;
import dev.tidegate.xpath.Member;
import dev.tidegate.xpath.Reach;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What conditions read of objects of one entity, and through which steps of which others: a tree with the steps as branches. Where a step
 * leads through a column, that is a member which is read at the end that has it.
 */
final class Reads {
    private final EntityName entity;
    private final Map<EntityName, Map<String, String>> members = new LinkedHashMap<>();
    private final Map<Step, Reads> steps = new LinkedHashMap<>();
    private final List<OwnedEnd> pairs = new ArrayList<>();

    /** One step, wherever it stands in a constraint. */
    record Step(Association association, Direction direction, EntityName to) {
        static Step of(Hop hop) {
            return new Step(hop.association(), hop.direction(), hop.to());
        }
    }

    Reads(EntityName entity) {
        this.entity = entity;
    }

    static Reads of(EntityName entity, List<Condition> conditions) {
        Reads reads = new Reads(entity);
        conditions.forEach(reads::visit);
        return reads;
    }

    EntityName entity() {
        return entity;
    }

    /** By the entity that declares them: the member's name to its column. */
    Map<EntityName, Map<String, String>> members() {
        return members;
    }

    Map<Step, Reads> steps() {
        return steps;
    }

    /** Ends that the objects show as they stand in a table of pairs, whatever has become of who is at the other end. */
    List<OwnedEnd> pairs() {
        return pairs;
    }

    /** An end that the objects own, kept in their own rows or not. */
    void show(OwnedEnd end) {
        switch (end.association().storage()) {
            case Association.InJoinTable _ -> pairs.add(end);
            case Association.InColumn _ -> {
                if (end.direction() == Direction.BACKWARD) {
                    step(new Step(end.association(), end.direction(), end.target()));
                }
            }
        }
    }

    private void visit(Condition condition) {
        switch (condition) {
            case Condition.All(var parts) -> parts.forEach(this::visit);
            case Condition.Any(var parts) -> parts.forEach(this::visit);
            case Condition.Not(var inner) -> visit(inner);
            case Condition.Compare compare -> read(compare.term().member());
            case Condition.CompareMembers(var left, var _, var right) -> {
                visit(left);
                visit(right);
            }
            case Condition.IsEmpty(var member) -> read(member);
            case Condition.IsNotEmpty(var member) -> read(member);
            case Condition.TextMatch match -> read(match.member());
            case Condition.Exists(var hop, var where) -> step(Step.of(hop)).visit(where);
            case Condition.CompareValues _, Condition.OfOwnEntity _ -> {}
        }
    }

    private void visit(Reach reach) {
        Reads at = this;
        for (Reach.Leg leg : reach.legs()) {
            at = at.step(Step.of(leg.hop()));
            at.visit(leg.where());
        }
        at.read(reach.end().member());
    }

    private void read(Member member) {
        switch (member) {
            case Member.Id _ -> {}
            case Member.OfAttribute of ->
                read(
                        of.declared().declaredIn(),
                        of.attribute().name(),
                        of.attribute().column());
        }
    }

    private void read(EntityName declaredIn, String member, String column) {
        members.computeIfAbsent(declaredIn, _ -> new LinkedHashMap<>()).put(member, column);
    }

    private Reads step(Step step) {
        Reads far = steps.computeIfAbsent(step, to -> new Reads(to.to()));
        if (step.association().storage() instanceof Association.InColumn(var column)) {
            Reads keeper = step.direction() == Direction.FORWARD ? this : far;
            keeper.read(step.association().from(), step.association().name().toString(), column);
        }
        return far;
    }
}
