package dev.tidegate.edition;

import dev.tidegate.edition.Attempt.Cause;
import dev.tidegate.model.Model;
import dev.tidegate.model.ModelIssue;
import dev.tidegate.model.StoreName;
import dev.tidegate.observation.Observation;
import dev.tidegate.observation.Observation.ModelOutcome;
import dev.tidegate.observation.Observer;
import dev.tidegate.policy.Rulebook;
import dev.tidegate.turns.Turns;
import io.smallrye.mutiny.Uni;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Serves another model when the file has one: read whole, judged whole, its logs installed, and then in the place of the one before by
 * one assignment. What cannot be served changes nothing. One attempt at a time.
 */
public final class Reloading {
    private final Editions editions;
    private final ModelSource source;
    private final Tools tools;
    private final Turns turns = new Turns(1);

    /** What the edition in service was read from. */
    private volatile ModelContent served;

    /** What was judged last; it is not judged again unasked. */
    private volatile ModelContent judged;

    private volatile Attempt last;

    /**
     * What it works with.
     *
     * @param maker makes an edition of a valid model
     * @param unservable what hinders this process from serving a valid model: stores that are not configured
     * @param usable whether a store can be asked now
     * @param worker where files are read and editions are made, off the event loop
     */
    public record Tools(
            Function<Rulebook, Edition> maker,
            Function<Model, List<ModelIssue>> unservable,
            Predicate<StoreName> usable,
            Executor worker,
            Observer observer,
            Clock clock,
            Pace pace) {}

    /**
     * Within {@code settling} a file that is being written changes; {@code groundwork}: how long stores may take to be made ready. What they
     * have not done by then they do while the model is served already, as one that was away.
     */
    public record Pace(Duration settling, Duration groundwork) {
        public static final Pace USUAL = new Pace(Duration.ofMillis(500), Duration.ofSeconds(10));
    }

    /** The edition that is served after an attempt. */
    public record Reloaded(Edition edition, Attempt attempt) {}

    /** {@code begun}: what the first edition was read from; {@code warnings}: what was found in it. */
    public Reloading(
            Editions editions, ModelSource source, ModelContent begun, List<ModelIssue> warnings, Tools tools) {
        this.editions = editions;
        this.source = source;
        this.tools = tools;
        this.served = begun;
        this.judged = begun;
        this.last = new Attempt(editions.current().since(), new Cause.Start(), ModelOutcome.LOADED, warnings);
    }

    public ModelSource source() {
        return source;
    }

    /** The last attempt that has come to an end. */
    public Attempt last() {
        return last;
    }

    /** Whether what stood in the file last is not served, since it cannot be. */
    public boolean isRefused() {
        return last.outcome() == ModelOutcome.REFUSED;
    }

    /** Reads the file, and serves what it says from now on, if that is something else and valid. */
    public Uni<Reloaded> reload(String operator) {
        return turns.take(() -> read().flatMap(content -> attempt(content, new Cause.Asked(operator))));
    }

    /** The same when something else stands in the file than what was judged last; otherwise it is the file's size of reading. */
    public Uni<Void> look() {
        return turns.take(() -> read().flatMap(content -> content.equals(judged)
                ? Uni.createFrom().voidItem()
                : attempt(content, new Cause.Changed()).replaceWithVoid()));
    }

    private Uni<ModelContent> read() {
        return Uni.createFrom().item(source::read).runSubscriptionOn(tools.worker());
    }

    private Uni<Reloaded> attempt(ModelContent content, Cause cause) {
        return content.equals(served)
                ? Uni.createFrom().item(() -> unchanged(content, cause, List.of()))
                : settled(content)
                        .flatMap(same -> same
                                ? judge(content, cause)
                                : Uni.createFrom().item(() -> refused(beingWritten(content), cause)));
    }

    /** Part of a model may be a valid one: what is to be served stood in the file for a moment. */
    private Uni<Boolean> settled(ModelContent content) {
        return Uni.createFrom()
                .voidItem()
                .onItem()
                .delayIt()
                .by(tools.pace().settling())
                .flatMap(_ -> read())
                .map(content::equals);
    }

    /** Nothing is judged, so that the next look finds it changed whatever stands in it. */
    private static ModelLoading beingWritten(ModelContent content) {
        return new ModelLoading(
                content.source(),
                Optional.empty(),
                List.of(new ModelIssue(
                        ModelIssue.Severity.ERROR,
                        "changing-file",
                        ModelContent.START,
                        "The model file '" + content.source() + "' changed while it was read: somebody is writing it.",
                        "Read it again when it is complete. Replace files by renaming, so that nobody sees a part.")));
    }

    private Uni<Reloaded> judge(ModelContent content, Cause cause) {
        return Uni.createFrom()
                .item(() -> loading(content))
                .runSubscriptionOn(tools.worker())
                .invoke(_ -> judged = content)
                .flatMap(loading -> loading.rulebook()
                        .map(rulebook -> accepted(content, rulebook, loading, cause))
                        .orElseGet(() -> Uni.createFrom().item(() -> refused(loading, cause))));
    }

    private ModelLoading loading(ModelContent content) {
        ModelLoading loading = ModelLoading.of(content);
        return loading.rulebook()
                .map(rulebook -> loading.with(tools.unservable().apply(rulebook.model())))
                .orElse(loading);
    }

    private Uni<Reloaded> accepted(ModelContent content, Rulebook rulebook, ModelLoading loading, Cause cause) {
        if (rulebook.model().version().equals(editions.current().version())) {
            return Uni.createFrom().item(() -> unchanged(content, cause, loading.issues()));
        }
        return Uni.createFrom()
                .item(() -> tools.maker().apply(rulebook))
                .runSubscriptionOn(tools.worker())
                .call(this::ready)
                .map(edition -> swapped(edition, content, loading, cause));
    }

    /** What is written to its tables from the beginning of its service on is in the logs of the stores that can be asked. */
    private Uni<Void> ready(Edition edition) {
        List<Uni<Void>> stores = edition.stores().stream()
                .filter(tools.usable())
                .map(store -> finished(edition.groundwork().lay(store)))
                .toList();
        return stores.isEmpty()
                ? Uni.createFrom().voidItem()
                : Uni.join()
                        .all(stores)
                        .andFailFast()
                        .replaceWithVoid()
                        .ifNoItem()
                        .after(tools.pace().groundwork())
                        .recoverWithItem(() -> null);
    }

    /** With whatever result. Who waits for it no longer does not break it off. */
    private static Uni<Void> finished(Uni<Void> work) {
        return Uni.createFrom().emitter(end -> work.subscribe().with(_ -> end.complete(null), _ -> end.complete(null)));
    }

    private Reloaded swapped(Edition edition, ModelContent content, ModelLoading loading, Cause cause) {
        served = content;
        Edition before = editions.put(edition);
        tools.observer().see(new Observation.ModelServed(edition.version()));
        before.hints().retire();
        return ended(ModelOutcome.LOADED, cause, loading);
    }

    private Reloaded unchanged(ModelContent content, Cause cause, List<ModelIssue> warnings) {
        served = content;
        judged = content;
        return ended(
                ModelOutcome.UNCHANGED,
                cause,
                new ModelLoading(
                        content.source(), Optional.of(editions.current().rulebook()), warnings));
    }

    private Reloaded refused(ModelLoading loading, Cause cause) {
        return ended(ModelOutcome.REFUSED, cause, loading);
    }

    private Reloaded ended(ModelOutcome outcome, Cause cause, ModelLoading loading) {
        Attempt attempt = new Attempt(tools.clock().instant(), cause, outcome, loading.issues());
        last = attempt;
        Edition edition = editions.current();
        tools.observer().see(new Observation.ModelRead(outcome, actor(cause), edition.version(), loading.report()));
        return new Reloaded(edition, attempt);
    }

    private static Optional<String> actor(Cause cause) {
        return switch (cause) {
            case Cause.Asked(var operator) -> Optional.of(operator);
            case Cause.Start _, Cause.Changed _ -> Optional.empty();
        };
    }
}
