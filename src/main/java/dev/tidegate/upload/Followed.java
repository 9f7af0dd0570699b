package dev.tidegate.upload;

import dev.tidegate.observation.Span;
import dev.tidegate.observation.TraceParent;
import io.smallrye.mutiny.Uni;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Has work followed until its outcome is known, or nobody waits for it any more. */
final class Followed {
    private Followed() {}

    static <T> Uni<T> as(Span span, Uni<T> work) {
        return span.recorded().isEmpty()
                ? work
                : work.onFailure().invoke(span::failed).onTermination().invoke(span::end);
    }

    /** Where batches came in, as far as that is recorded. */
    static List<TraceParent> submissions(Stream<Submitter> submitters) {
        return submitters.map(Submitter::trace).flatMap(Optional::stream).toList();
    }
}
