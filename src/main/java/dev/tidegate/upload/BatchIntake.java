package dev.tidegate.upload;

import dev.tidegate.model.Profile;
import dev.tidegate.model.StoreName;
import dev.tidegate.observation.Observation;
import dev.tidegate.observation.Observer;
import dev.tidegate.policy.ChangeRules;
import dev.tidegate.policy.ChangeText;
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
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * Takes batches in: judges every operation as far as that needs no store, and answers only once the batch is durable. What
 * breaks a rule is rejected by itself and blocks nothing; only an envelope that is wrong refuses the request.
 */
public final class BatchIntake {
    private static final int LIGHT = 50;
    private static final int LONG_TEXT = 16 * 1024;
    private static final Duration LATER = Duration.ofSeconds(5);
    private static final Duration MUCH_LATER = Duration.ofSeconds(30);

    private final BatchRules rules;
    private final HashedStrings hashes;
    private final UploadQueue queue;
    private final GroupCommit groups;
    private final UploadRecords records;
    private final BatchFiles files;
    private final BatchTracker tracker;
    private final Observer observer;
    private final Executor heavyWork;
    private final Consumer<StoreName> wake;
    private final int mostOperations;

    /**
     * @param groups shared by all who take batches in for this queue, so that a client's keep their order
     * @param heavyWork where large batches are judged and strings are hashed, off the event loop
     * @param wake tells that there is something to do for a store
     * @param mostOperations the most of a batch
     */
    public BatchIntake(
            Rulebook rulebook,
            ChangeRules rules,
            UploadQueue queue,
            GroupCommit groups,
            UploadRecords records,
            FileContents files,
            BatchTracker tracker,
            Observer observer,
            Executor heavyWork,
            Consumer<StoreName> wake,
            int mostOperations) {
        this.rules = new BatchRules(rulebook, rules);
        this.hashes = new HashedStrings(rulebook.model());
        this.queue = queue;
        this.groups = groups;
        this.records = records;
        this.files = new BatchFiles(files);
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
                .flatMap(text -> files.pin(submitter, text).flatMap(there -> prepared(submitter, text, there)))
                .flatMap(
                        entry -> strict ? unlessBroken(entry) : Uni.createFrom().item(entry))
                .flatMap(entry -> enqueue(entry).flatMap(taken -> answer(entry.submission(), taken, wait)));
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

    private Uni<UploadQueue.Entry> prepared(Submitter submitter, BatchText batch, Set<FileId> there) {
        Uni<UploadQueue.Entry> work = Uni.createFrom().item(() -> queue.entry(prepare(submitter, batch, there)));
        return isHeavy(batch) ? work.runSubscriptionOn(heavyWork) : work;
    }

    private boolean isHeavy(BatchText batch) {
        return batch.operations().size() > LIGHT
                || batch.operations().stream().anyMatch(change -> hashes.areIn(change) || holdsLongText(change));
    }

    private static boolean holdsLongText(ChangeText change) {
        return change.attributes().values().stream()
                .anyMatch(value -> value instanceof String text && text.length() > LONG_TEXT);
    }

    private Submission prepare(Submitter submitter, BatchText batch, Set<FileId> there) {
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
                steps(submitter, batch, all, there).stream()
                        .flatMap(step -> step.todo() instanceof Step.Keep(var outcome)
                                ? Optional.of(outcome).stream()
                                : Optional.<OperationOutcome>empty().stream())
                        .toList());
    }

    private List<Step> steps(Submitter submitter, BatchText batch, List<Integer> operations, Set<FileId> there) {
        List<Step> steps = BatchFiles.judged(rules.steps(submitter, batch, operations, Route.BATCH), there);
        return batch.atomic() ? BatchRules.allOrNothing(steps) : steps;
    }

    private BatchText hashed(Submitter submitter, BatchText batch) {
        String place = submitter.caller().name() + "|" + batch.id();
        return batch.with(batch.operations().stream()
                .map(operation ->
                        hashes.areIn(operation) ? hashes.hash(operation, place + operation.pointer()) : operation)
                .toList());
    }

    /** A strict batch that was accepted before keeps its answer, whatever the rules say by now. */
    private Uni<UploadQueue.Entry> unlessBroken(UploadQueue.Entry entry) {
        Submission submission = entry.submission();
        List<Problem> broken = submission.decided().stream()
                .filter(OperationOutcome::isError)
                .flatMap(outcome -> outcome.problem().stream())
                .toList();
        if (broken.isEmpty()) {
            return Uni.createFrom().item(entry);
        }
        return records.digest(submission.key()).map(known -> {
            if (known.filter(submission.digest()::equals).isPresent()) {
                return entry;
            }
            throw new Refusal(BatchRules.strictly(broken));
        });
    }

    private Uni<Acceptance> enqueue(UploadQueue.Entry entry) {
        Followed followed = Followed.intake(observer, entry.submission().submitter());
        return followed.whole(
                groups.accept(entry).invoke(acceptance -> observe(entry.submission(), acceptance, followed)));
    }

    private void observe(Submission submission, Acceptance acceptance, Followed followed) {
        switch (acceptance) {
            case Acceptance.Accepted _ -> {
                accepted(submission, false, followed);
                rules.compatible(submission.submitter(), submission.batch())
                        .forEach(entity -> observer.see(new Observation.CompatibilityUsed(
                                entity,
                                Observation.Flow.UPLOAD,
                                submission.batch().modelVersion())));
                submission.shares().forEach(share -> wake.accept(share.store()));
            }
            case Acceptance.Duplicate _ -> accepted(submission, true, followed);
            case Acceptance.IdReused _,
                    Acceptance.UnknownPredecessor _,
                    Acceptance.ClientFull _,
                    Acceptance.QueueFull _,
                    Acceptance.NotKeepable _,
                    Acceptance.Unanswered _ -> {}
        }
    }

    private void accepted(Submission submission, boolean duplicate, Followed followed) {
        BatchText batch = submission.batch();
        followed.see(new Observation.BatchAccepted(
                submission.submitter().sends(batch), batch.operations().size(), duplicate));
    }

    private Uni<BatchStatus> answer(Submission submission, Acceptance acceptance, Duration wait) {
        return switch (acceptance) {
            case Acceptance.Accepted(var position) ->
                wait.isZero()
                        ? Uni.createFrom().item(fresh(submission, position))
                        : tracked(submission, position, wait);
            case Acceptance.Duplicate(var position) -> repeated(submission, position, wait);
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
            case Acceptance.ClientFull _ ->
                throw new Refusal(Problem.retryable(
                        ProblemCode.RATE_LIMITED,
                        "As many batches of this client are waiting to be applied as may wait. Keep this one and send it later.",
                        LATER));
            case Acceptance.QueueFull _ ->
                throw new Refusal(Problem.retryable(
                        ProblemCode.QUEUE_FULL,
                        "Too many batches are waiting. Send this one again later.",
                        MUCH_LATER));
            case Acceptance.NotKeepable _ ->
                throw Refusal.of(
                        ProblemCode.MALFORMED_REQUEST,
                        "The batch, or the name of its caller, holds what the queue cannot keep; sending it again will not help.");
            case Acceptance.Unanswered _ -> throw UploadQueue.unavailable();
        };
    }

    /** One that is not to be found was settled so long ago that it is forgotten. */
    private Uni<BatchStatus> repeated(Submission submission, long position, Duration wait) {
        return tracker.status(submission.key(), wait)
                .map(found -> found.orElseGet(
                        () -> BatchStatus.of(submission.batch().id(), position, BatchState.APPLIED, List.of())))
                .onFailure(Refusal.class)
                .recoverWithItem(() ->
                        BatchStatus.of(submission.batch().id(), position, BatchState.QUEUED, decidedThen(submission)));
    }

    /** What was decided when the batch was accepted. Its files may have been forgotten since, when they were applied. */
    private static List<OperationOutcome> decidedThen(Submission submission) {
        return submission.decided().stream()
                .filter(outcome -> outcome.problem()
                        .filter(problem -> problem.code() == ProblemCode.NO_SUCH_FILE)
                        .isEmpty())
                .toList();
    }

    private static BatchStatus fresh(Submission submission, long position) {
        return BatchStatus.of(submission.batch().id(), position, BatchState.QUEUED, submission.decided());
    }

    /** The batch is durable: if it cannot be looked up any more, that is no reason to fail. */
    private Uni<BatchStatus> tracked(Submission submission, long position, Duration wait) {
        return tracker.status(submission.key(), wait)
                .map(found -> found.orElseGet(() -> fresh(submission, position)))
                .onFailure(Refusal.class)
                .recoverWithItem(() -> fresh(submission, position));
    }
}
