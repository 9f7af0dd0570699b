package dev.tidegate.upload;

import dev.tidegate.model.Profile;
import dev.tidegate.observation.Observation;
import dev.tidegate.observation.Observer;
import dev.tidegate.policy.ChangeRules;
import dev.tidegate.policy.HashedStrings;
import dev.tidegate.policy.Route;
import dev.tidegate.policy.Rulebook;
import dev.tidegate.problem.Problem;
import dev.tidegate.problem.ProblemCode;
import dev.tidegate.problem.Refusal;
import dev.tidegate.problem.Violation;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;

/**
 * Takes batches in: judges every operation as far as that needs no store, and answers only once the batch is durable. What
 * breaks a rule is rejected by itself and blocks nothing; only an envelope that is wrong refuses the request.
 */
public final class BatchIntake {
    private static final int LIGHT = 50;

    private final BatchRules rules;
    private final HashedStrings hashes;
    private final UploadQueue queue;
    private final UploadRecords records;
    private final BatchTracker tracker;
    private final Observer observer;
    private final Executor heavyWork;
    private final Runnable wake;
    private final int mostOperations;

    /**
     * @param heavyWork where large batches are judged and strings are hashed, off the event loop
     * @param wake tells the workers that there is something to do
     */
    public BatchIntake(
            Rulebook rulebook,
            ChangeRules rules,
            UploadQueue queue,
            UploadRecords records,
            BatchTracker tracker,
            Observer observer,
            Executor heavyWork,
            Runnable wake,
            int mostOperations) {
        this.rules = new BatchRules(rulebook, rules);
        this.hashes = new HashedStrings(rulebook.model());
        this.queue = queue;
        this.records = records;
        this.tracker = tracker;
        this.observer = observer;
        this.heavyWork = heavyWork;
        this.wake = wake;
        this.mostOperations = mostOperations;
    }

    /**
     * Completes when the batch is durable, now or since an earlier time, with what is decided by then or after
     * {@code wait}. Fails with a {@link Refusal} when nothing was queued.
     *
     * @param strict refuse the batch when any operation breaks a rule
     */
    public Uni<BatchStatus> accept(Submitter submitter, BatchText batch, boolean strict, Duration wait) {
        return Uni.createFrom()
                .item(batch)
                .invoke(text -> requireEnvelope(submitter, text))
                .flatMap(text -> prepared(submitter, text))
                .flatMap(submission ->
                        strict ? unlessBroken(submission) : Uni.createFrom().item(submission))
                .flatMap(submission -> enqueue(submission).flatMap(taken -> answer(submission, taken, wait)));
    }

    private void requireEnvelope(Submitter submitter, BatchText batch) {
        Profile profile = rules.profile(submitter)
                .orElseThrow(() ->
                        Refusal.of(ProblemCode.UNKNOWN_PROFILE, "There is no profile '" + submitter.profile() + "'."));
        if (!profile.isOffline()) {
            throw Refusal.of(
                    ProblemCode.PROFILE_NOT_OFFLINE,
                    "The profile '" + submitter.profile() + "' is of kind web: it has no offline batches. Write live.");
        }
        int size = batch.operations().size();
        if (size == 0 || size > mostOperations) {
            throw Refusal.of(List.of(Violation.at(
                    "/operations",
                    ProblemCode.LIMIT_EXCEEDED,
                    "A batch has 1 to " + mostOperations + " operations; this one has " + size + ".")));
        }
    }

    private Uni<Submission> prepared(Submitter submitter, BatchText batch) {
        Uni<Submission> work = Uni.createFrom().item(() -> prepare(submitter, batch));
        boolean heavy =
                batch.operations().size() > LIGHT || batch.operations().stream().anyMatch(hashes::areIn);
        return heavy ? work.runSubscriptionOn(heavyWork) : work;
    }

    private Submission prepare(Submitter submitter, BatchText batch) {
        BatchText hashed = hashed(submitter, batch);
        List<Submission.Share> shares = rules.shares(hashed);
        if (hashed.atomic() && shares.size() > 1) {
            throw Refusal.of(List.of(Violation.at(
                    "/atomic",
                    ProblemCode.ATOMIC_ACROSS_STORES,
                    "An atomic batch is about entities of one data store; this one is about " + shares.size()
                            + ". Split it, or do without 'atomic'.")));
        }
        List<Integer> all = shares.stream()
                .flatMap(share -> share.operations().stream())
                .sorted()
                .toList();
        return new Submission(
                submitter,
                hashed,
                Digest.of(submitter.profile(), hashed),
                shares,
                rules.steps(submitter, batch, all, Route.BATCH).stream()
                        .flatMap(step -> step.todo() instanceof Step.Keep(var outcome)
                                ? Optional.of(outcome).stream()
                                : Optional.<OperationOutcome>empty().stream())
                        .toList());
    }

    private BatchText hashed(Submitter submitter, BatchText batch) {
        String place = submitter.caller().name() + "|" + batch.id();
        return batch.with(batch.operations().stream()
                .map(operation ->
                        hashes.areIn(operation) ? hashes.hash(operation, place + operation.pointer()) : operation)
                .toList());
    }

    /** A strict batch that was accepted before keeps its answer, whatever the rules say by now. */
    private Uni<Submission> unlessBroken(Submission submission) {
        List<Problem> broken = submission.decided().stream()
                .filter(OperationOutcome::isError)
                .flatMap(outcome -> outcome.problem().stream())
                .toList();
        if (broken.isEmpty()) {
            return Uni.createFrom().item(submission);
        }
        return records.digest(submission.key()).map(known -> {
            if (known.filter(submission.digest()::equals).isPresent()) {
                return submission;
            }
            throw new Refusal(strictly(broken));
        });
    }

    /** Strict answers 422 always, so a code with another status stands in the violations only. */
    private static Problem strictly(List<Problem> broken) {
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

    private Uni<Acceptance> enqueue(Submission submission) {
        return queue.accept(submission).invoke(acceptance -> observe(submission, acceptance));
    }

    private void observe(Submission submission, Acceptance acceptance) {
        int size = submission.batch().operations().size();
        switch (acceptance) {
            case Acceptance.Accepted _ -> {
                observer.see(new Observation.BatchAccepted(size, false));
                wake.run();
            }
            case Acceptance.Duplicate _ -> observer.see(new Observation.BatchAccepted(size, true));
            case Acceptance.IdReused _ -> {}
            case Acceptance.UnknownPredecessor _ -> {}
        }
    }

    private Uni<BatchStatus> answer(Submission submission, Acceptance acceptance, Duration wait) {
        return switch (acceptance) {
            case Acceptance.Accepted(var position) ->
                wait.isZero()
                        ? Uni.createFrom().item(fresh(submission, position))
                        : tracked(submission, position, wait);
            case Acceptance.Duplicate(var position) -> tracked(submission, position, wait);
            case Acceptance.IdReused _ ->
                throw Refusal.of(
                        ProblemCode.BATCH_ID_REUSED,
                        "You have sent another batch under the id "
                                + submission.batch().id() + ". Send this one under an id of its own.");
            case Acceptance.UnknownPredecessor _ ->
                throw Refusal.of(List.of(Violation.at(
                        "/after",
                        ProblemCode.UNKNOWN_PREDECESSOR,
                        "The batch named by 'after' was never accepted from this client. Send that one first.")));
        };
    }

    private static BatchStatus fresh(Submission submission, long position) {
        return new BatchStatus(submission.batch().id(), position, BatchState.QUEUED, submission.decided());
    }

    /** The batch is durable: if it cannot be looked up any more, that is no reason to fail. */
    private Uni<BatchStatus> tracked(Submission submission, long position, Duration wait) {
        return tracker.status(submission.key(), wait)
                .map(found -> found.orElseGet(() -> fresh(submission, position)))
                .onFailure(Refusal.class)
                .recoverWithItem(() -> fresh(submission, position));
    }
}
