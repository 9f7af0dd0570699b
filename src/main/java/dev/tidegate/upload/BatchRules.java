package dev.tidegate.upload;

import dev.tidegate.model.Change;
import dev.tidegate.model.ConflictPolicy;
import dev.tidegate.model.EntityName;
import dev.tidegate.model.Mode;
import dev.tidegate.model.Model;
import dev.tidegate.model.Profile;
import dev.tidegate.model.StoreName;
import dev.tidegate.model.SyncRule;
import dev.tidegate.policy.ChangeRules;
import dev.tidegate.policy.ChangeText;
import dev.tidegate.policy.Route;
import dev.tidegate.policy.Rulebook;
import dev.tidegate.problem.Problem;
import dev.tidegate.problem.ProblemCode;
import dev.tidegate.problem.Result;
import dev.tidegate.problem.Violation;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Judges the operations of a batch as far as that needs no store, at intake and again when the batch is applied; and says
 * which store each is for. Pure.
 */
final class BatchRules {
    private final Model model;
    private final Rulebook rulebook;
    private final ChangeRules rules;
    private final Map<String, EntityName> entities = new LinkedHashMap<>();

    BatchRules(Rulebook rulebook, ChangeRules rules) {
        this.model = rulebook.model();
        this.rulebook = rulebook;
        this.rules = rules;
        model.entities().keySet().forEach(name -> entities.put(name.toString(), name));
    }

    Optional<Profile> profile(Submitter submitter) {
        return Optional.ofNullable(model.profiles().get(submitter.profile()));
    }

    /** A batch that names no model is judged by the current one. */
    private boolean isOfOtherModel(BatchText batch) {
        return batch.modelVersion()
                .filter(version -> !version.equals(model.version()))
                .isPresent();
    }

    /** The entity of each operation that only {@code compatibility} lets pass, if nothing else is wrong with it. */
    List<EntityName> compatible(Submitter submitter, BatchText batch) {
        return profile(submitter).filter(_ -> isOfOtherModel(batch)).stream()
                .flatMap(profile -> batch.operations().stream()
                        .flatMap(operation -> Optional.ofNullable(entities.get(operation.entity())).stream())
                        .filter(profile::isCompatible))
                .toList();
    }

    /** Splits a batch by store (store-protocol 2). What is for no known entity goes with the first part. */
    List<Submission.Share> shares(BatchText batch) {
        Map<StoreName, List<Integer>> shares = new LinkedHashMap<>();
        List<Integer> homeless = new ArrayList<>();
        for (int index = 0; index < batch.operations().size(); index++) {
            Optional<StoreName> store = store(batch.operations().get(index));
            List<Integer> share = store.map(name -> shares.computeIfAbsent(name, _ -> new ArrayList<>()))
                    .orElse(homeless);
            share.add(index);
        }
        if (!homeless.isEmpty()) {
            shares.computeIfAbsent(shares.isEmpty() ? anyStore() : firstOf(shares), _ -> new ArrayList<>())
                    .addAll(homeless);
        }
        return shares.entrySet().stream()
                .map(share -> new Submission.Share(
                        share.getKey(), share.getValue().stream().sorted().toList()))
                .toList();
    }

    /** What each operation would come to; of an {@code atomic} batch all are rejected when one is. */
    List<Step> steps(Submitter submitter, BatchText batch, List<Integer> operations, Route route) {
        Optional<Profile> profile = profile(submitter).map(known -> known.forClients(!isOfOtherModel(batch)));
        List<Step> steps = operations.stream()
                .map(index -> step(profile, submitter, batch, index, route))
                .toList();
        return batch.atomic() ? allOrNothing(steps) : steps;
    }

    /** The objects that those of the operations would have created. */
    Set<ObjectKey> creates(BatchText batch, Collection<Integer> operations) {
        return operations.stream()
                .map(batch.operations()::get)
                .filter(text -> text.kind() == ChangeText.Kind.CREATE)
                .flatMap(text -> created(text).stream())
                .collect(Collectors.toSet());
    }

    private Optional<ObjectKey> created(ChangeText text) {
        return Optional.ofNullable(entities.get(text.entity()))
                .flatMap(entity -> text.id()
                        .flatMap(id -> model.entity(entity)
                                .identity()
                                .type()
                                .valueType()
                                .read(id))
                        .map(id -> ObjectKey.of(model, entity, id)));
    }

    /** Outcomes for an atomic batch in which {@code culprit} cannot be applied. */
    static OperationOutcome rejectedWith(int index, int culprit) {
        return OperationOutcome.rejected(
                index,
                ProblemCode.BATCH_FAILED,
                "The batch is atomic, and its operation " + culprit + " could not be applied, so none was.");
    }

    /** A strict answer is 422 always, so a code with another status stands in the violations only. */
    static Problem strictly(List<Problem> broken) {
        List<Violation> violations =
                broken.stream().flatMap(problem -> violations(problem).stream()).toList();
        Problem problem = Problem.of(violations);
        return problem.code().status() == ProblemCode.VALIDATION_FAILED.status()
                ? problem
                : new Problem(ProblemCode.VALIDATION_FAILED, problem.detail(), violations, Optional.empty());
    }

    private static List<Violation> violations(Problem problem) {
        return problem.violations().isEmpty()
                ? List.of(Violation.of(problem.code(), problem.detail()))
                : problem.violations();
    }

    private Step step(Optional<Profile> profile, Submitter submitter, BatchText batch, int index, Route route) {
        ChangeText text = batch.operations().get(index);
        Step.Todo todo = profile.map(known -> todo(known, submitter, batch.scope(), text, index, route))
                .orElseGet(() -> new Step.Keep(OperationOutcome.rejected(
                        index,
                        ProblemCode.UNKNOWN_PROFILE,
                        "The profile '" + submitter.profile() + "' of this batch is not part of the model any more.")));
        return new Step(index, text.entity(), text.id(), text.pointer(), todo);
    }

    private Step.Todo todo(
            Profile profile, Submitter submitter, BatchScope scope, ChangeText text, int index, Route route) {
        if (scope == BatchScope.SELECTED && text.kind() == ChangeText.Kind.DELETE) {
            return new Step.Keep(OperationOutcome.rejected(
                    index,
                    Problem.of(List.of(Violation.at(
                            text.pointer(),
                            ProblemCode.DELETE_NOT_SELECTIVE,
                            "A delete cannot be synchronized selectively. Send it with a full synchronization.")))));
        }
        return switch (rules.decide(profile, submitter.caller().roles(), text, route)) {
            case Result.Refused<Change>(var violations) ->
                new Step.Keep(OperationOutcome.rejected(index, Problem.of(violations)));
            case Result.Ok<Change>(Change change) -> decided(profile, submitter, scope, change, index);
        };
    }

    private Step.Todo decided(Profile profile, Submitter submitter, BatchScope scope, Change change, int index) {
        Optional<SyncRule> sync = Optional.ofNullable(profile.sync().get(change.entity()));
        if (scope == BatchScope.FULL
                && sync.map(SyncRule::mode).filter(mode -> mode == Mode.NEVER).isPresent()) {
            return new Step.Keep(OperationOutcome.skipped(
                    index,
                    Problem.of(
                            ProblemCode.SKIPPED_NEVER,
                            "Objects of '" + change.entity() + "' are never synchronized with a full synchronization. "
                                    + "Send them with a selective one.")));
        }
        return new Step.Write(
                change,
                sync.map(SyncRule::conflict).orElse(ConflictPolicy.REJECT_STALE),
                rulebook.grants(submitter.caller().roles(), change.entity()));
    }

    /** All are rejected when one is. */
    static List<Step> allOrNothing(List<Step> steps) {
        Optional<Step> culprit = steps.stream()
                .filter(step -> step.todo() instanceof Step.Keep(var outcome) && outcome.isError())
                .findFirst();
        return culprit.map(bad -> steps.stream()
                        .map(step -> step.todo() instanceof Step.Keep(var outcome) && outcome.isError()
                                ? step
                                : step.keep(rejectedWith(step.index(), bad.index())))
                        .toList())
                .orElse(steps);
    }

    private Optional<StoreName> store(ChangeText operation) {
        return store(operation.entity());
    }

    /** Where objects of this entity are; empty when the model has none of this name. */
    Optional<StoreName> store(String entity) {
        return Optional.ofNullable(entities.get(entity))
                .map(name -> model.entity(name).store());
    }

    private StoreName anyStore() {
        return model.entities().values().stream()
                .map(entity -> entity.store())
                .min(Comparator.naturalOrder())
                .orElseThrow(() -> new IllegalStateException("a model without entities has no batches"));
    }

    private static StoreName firstOf(Map<StoreName, List<Integer>> shares) {
        return shares.keySet().iterator().next();
    }
}
