package dev.tidegate.upload;

import dev.tidegate.model.ErrorId;
import dev.tidegate.model.StoreName;
import dev.tidegate.observation.Observation;
import dev.tidegate.observation.Observation.DeskAction;
import dev.tidegate.observation.Observer;
import dev.tidegate.policy.ChangeRules;
import dev.tidegate.policy.ChangeText;
import dev.tidegate.policy.HashedStrings;
import dev.tidegate.policy.Rulebook;
import dev.tidegate.problem.ProblemCode;
import dev.tidegate.problem.Refusal;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.Executor;

/**
 * Where operations that could not be applied are looked at, retried and discarded, by their clients and by operators. A retry
 * is only queued here; whoever applies it removes the operation, or tells why it failed again. Whose operation it is decides
 * what it may write, whoever retries it.
 */
public final class DeadLetterDesk {
    private final DeadLetters letters;
    private final BatchRules rules;
    private final Correction correction;
    private final BatchFiles files;
    private final Observer observer;
    private final Executor heavyWork;
    private final Runnable wake;

    /**
     * @param heavyWork where strings are hashed, off the event loop
     * @param wake tells the workers that there is something to do
     */
    public DeadLetterDesk(
            Rulebook rulebook,
            ChangeRules rules,
            DeadLetters letters,
            FileContents files,
            Observer observer,
            Executor heavyWork,
            Runnable wake) {
        this.letters = letters;
        this.rules = new BatchRules(rulebook, rules);
        this.correction = new Correction(this.rules, new HashedStrings(rulebook.model()));
        this.files = new BatchFiles(files);
        this.observer = observer;
        this.heavyWork = heavyWork;
        this.wake = wake;
    }

    public Uni<DeadLetterPage> page(DeadLetterFilter filter, ListPlace from, int limit) {
        return letters.page(filter, from, OptionalLong.empty(), limit);
    }

    public Uni<DeadLetterStream> stream(DeadLetterFilter filter) {
        return letters.lastPlace().map(last -> new DeadLetterStream(letters, filter, last));
    }

    /** {@code owner}: only one of this caller's. */
    public Uni<DeadLetterFile> file(ErrorId error, Optional<String> owner) {
        return letters.find(error, owner).map(found -> found.orElseThrow(() -> noSuchError(error)));
    }

    public Uni<List<AuditEntry>> audit(AuditFilter filter, long after, int limit) {
        return letters.audit(filter, after, limit);
    }

    /** Completes when the retry is durable, with what it is about; fails with a {@link Refusal} when there is none. */
    public Uni<DeadLetter> retry(ErrorId error, Optional<ChangeText> changed, DeskAct act) {
        return file(error, act.owner())
                .flatMap(file -> corrected(file, changed).flatMap(correct -> queue(file.letter(), correct, act)));
    }

    /** What an operation refers to that is tried as it is may have been uploaded meanwhile; then it has to stay. */
    private Uni<Optional<ChangeText>> corrected(DeadLetterFile file, Optional<ChangeText> changed) {
        if (changed.isEmpty()) {
            return files.pin(file.letter(), file.letter().operation()).replaceWith(Optional.empty());
        }
        ChangeText text = changed.get();
        Uni<ChangeText> work = Uni.createFrom().item(() -> correction.of(file, text));
        return (correction.isHeavy(text) ? work.runSubscriptionOn(heavyWork) : work)
                .flatMap(correct -> files.pin(file.letter(), Map.of("attributes", correct.attributes()))
                        .invoke(there -> BatchFiles.requireAll(correct, there))
                        .map(_ -> Optional.of(correct)));
    }

    private Uni<DeadLetter> queue(DeadLetter letter, Optional<ChangeText> corrected, DeskAct act) {
        StoreName store = rules.store(letter.entity())
                .orElseThrow(
                        () -> refused("The model has no entity of this operation's name, so no store could take it. "
                                + "Discard it and send another in a new batch."));
        return letters.retry(List.of(new Retry(letter.id(), store, corrected)), act, true)
                .map(verdicts -> required(letter.id(), verdicts.getFirst()))
                .map(_ -> letter)
                .invoke(() -> see(DeskAction.RETRY, letter.id(), act, corrected.isPresent()))
                .invoke(wake);
    }

    /** Completes when the operation is forgotten; fails with a {@link Refusal} if there is none. */
    public Uni<Boolean> discard(ErrorId error, DeskAct act) {
        return letters.discard(List.of(error), act, true)
                .map(verdicts -> required(error, verdicts.getFirst()))
                .invoke(() -> see(DeskAction.DISCARD, error, act, false));
    }

    /** Retries what matches now, in small steps: what is done stays done if a later step fails. */
    public Uni<Tally> retryAll(String operator, Optional<String> reason, DeadLetterFilter filter) {
        DeskAct act = DeskAct.ofRun(operator, reason, filter, UUID.randomUUID());
        BulkRun<Again> run = new BulkRun<>(
                this::asItIs,
                (again, patient) -> pinned(again).flatMap(retries -> letters.retry(retries, act, patient)),
                again -> see(DeskAction.RETRY, again.letter().id(), act, false));
        return stream(filter).flatMap(run::over).invoke(wake);
    }

    private record Again(DeadLetter letter, Retry retry) {}

    private Optional<Again> asItIs(DeadLetter letter) {
        return rules.store(letter.entity())
                .map(store -> new Again(letter, new Retry(letter.id(), store, Optional.empty())));
    }

    private Uni<List<Retry>> pinned(List<Again> all) {
        return Multi.createFrom()
                .iterable(all)
                .onItem()
                .transformToUniAndConcatenate(again ->
                        files.pin(again.letter(), again.letter().operation()).replaceWith(again.retry()))
                .collect()
                .asList();
    }

    /** Discards what matches now, in small steps, as {@link #retryAll}. */
    public Uni<Tally> discardAll(String operator, String reason, DeadLetterFilter filter) {
        DeskAct act = DeskAct.ofRun(operator, Optional.of(reason), filter, UUID.randomUUID());
        BulkRun<ErrorId> run = new BulkRun<>(
                letter -> Optional.of(letter.id()),
                (errors, patient) -> letters.discard(errors, act, patient),
                error -> see(DeskAction.DISCARD, error, act, false));
        return stream(filter).flatMap(run::over);
    }

    private void see(DeskAction action, ErrorId error, DeskAct act, boolean corrected) {
        observer.see(new Observation.DeskUsed(action, act.actor(), error.value(), corrected));
    }

    private boolean required(ErrorId error, DeskVerdict verdict) {
        return switch (verdict) {
            case DONE -> true;
            case GONE -> throw noSuchError(error);
            case RETRYING -> throw refused("A retry of this operation is under way. Look again when it has ended.");
            case ELSEWHERE ->
                throw refused("This operation is for another data store than those that its batch had parts for. "
                        + "Discard it and send another in a new batch.");
            case WAITING -> throw refused("The batch of this operation has not been applied yet. Retry it after that.");
            case INCOMPLETE ->
                throw refused("The batch of this operation is atomic, and another operation of it was discarded. "
                        + "Discard this one too, and send a new batch.");
            case BUSY -> throw UploadQueue.unavailable();
        };
    }

    private static Refusal refused(String detail) {
        return Refusal.of(ProblemCode.VALIDATION_FAILED, detail);
    }

    private static Refusal noSuchError(ErrorId error) {
        return Refusal.of(ProblemCode.NO_SUCH_ERROR, "There is no error '" + error + "'.");
    }
}
