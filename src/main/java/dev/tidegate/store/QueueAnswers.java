package dev.tidegate.store;

import dev.tidegate.problem.Refusal;
import dev.tidegate.upload.UploadQueue;
import io.smallrye.mutiny.Uni;
import java.time.Duration;

/** What whoever asks the gateway's own database is told when it does not answer. */
final class QueueAnswers {
    private QueueAnswers() {}

    /** The answer within the deadline; else, and whatever else goes wrong, that the queue is unavailable. */
    static <T> Uni<T> timely(Uni<T> question, Duration deadline) {
        return question.ifNoItem()
                .after(deadline)
                .fail()
                .onFailure()
                .transform(failure -> failure instanceof Refusal ? failure : UploadQueue.unavailable());
    }
}
