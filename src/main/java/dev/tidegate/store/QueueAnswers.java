package dev.tidegate.store;

import dev.tidegate.problem.Refusal;
import dev.tidegate.upload.QueueOutage;
import dev.tidegate.upload.UploadQueue;
import io.smallrye.mutiny.TimeoutException;
import io.smallrye.mutiny.Uni;
import io.vertx.pgclient.PgException;
import java.io.IOException;
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
                .transform(failure -> failure instanceof Refusal
                        ? failure
                        : new Refusal(UploadQueue.unavailable().problem(), new QueueOutage(reason(failure, deadline))));
    }

    /** What PostgreSQL says of its resources quotes no values; of anything else the code must do. */
    private static String reason(Throwable failure, Duration deadline) {
        return switch (failure) {
            case TimeoutException _ -> "it has not answered within " + deadline.toMillis() + " ms";
            case PgException fault
            when PgFaults.passes(fault) -> fault.getErrorMessage() + " (" + fault.getSqlState() + ")";
            case PgException fault -> "it answers " + fault.getSqlState();
            case IOException broken -> String.valueOf(broken.getMessage());
            default -> failure.getClass().getName();
        };
    }
}
