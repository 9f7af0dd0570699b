package dev.tidegate.upload;

import dev.tidegate.model.StoreName;
import dev.tidegate.observation.Observation;
import dev.tidegate.observation.Observer;
import dev.tidegate.observation.Span;
import dev.tidegate.observation.TraceParent;
import dev.tidegate.observation.Work;
import io.smallrye.mutiny.Uni;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Work of uploads that somebody watches, and that is followed with its steps where a call that brought it is recorded. */
record Followed(Observer observer, Span span) {

    /** A batch on its way into the queue. */
    static Followed intake(Observer observer, Submitter submitter) {
        return new Followed(
                observer,
                submitter
                        .trace()
                        .map(of -> observer.follow(new Work.Intake(of)))
                        .orElse(Span.NONE));
    }

    /**
     * An attempt to apply parts of batches in a store. Only with batches whose way here is recorded: alone it has nothing to tell that
     * measures do not.
     *
     * @param submitters of each of the parts
     * @param operations of all of them
     */
    static Followed attempt(
            Observer observer, StoreName store, List<Submitter> submitters, int operations, boolean late) {
        List<TraceParent> submissions = submitters.stream()
                .map(Submitter::trace)
                .flatMap(Optional::stream)
                .toList();
        return new Followed(
                observer,
                submissions.isEmpty()
                        ? Span.NONE
                        : observer.follow(
                                new Work.Application(store, submitters.size(), operations, late, submissions)));
    }

    /** The whole of it, until its outcome is known or nobody waits for it any more. */
    <T> Uni<T> whole(Uni<T> work) {
        return as(span, work);
    }

    /** The transaction in the store. */
    <T> Uni<T> changing(StoreName store, Uni<T> work) {
        return step(work, of -> new Work.Change(store, of));
    }

    /** Keeping in the queue how it ended. */
    <T> Uni<T> settling(Uni<T> work) {
        return step(work, Work.Settlement::new);
    }

    /** Tells those who watch, and whoever follows. */
    void see(Observation observation) {
        observer.see(observation);
        span.see(observation);
    }

    private <T> Uni<T> step(Uni<T> work, Function<TraceParent, Work> step) {
        return as(span.recorded().map(step).map(observer::follow).orElse(Span.NONE), work);
    }

    /** Followed until the outcome of the work is known, or nobody waits for it any more. */
    static <T> Uni<T> as(Span span, Uni<T> work) {
        return span.recorded().isEmpty()
                ? work
                : work.onFailure().invoke(span::failed).onTermination().invoke(span::end);
    }
}
