package dev.tidegate.store;

import dev.tidegate.upload.Submission;
import dev.tidegate.upload.UploadQueue;
import java.util.Optional;

/** A submission with what is kept of it as JSON: its operations, and what is decided about them. */
record QueueEntry(Submission submission, String operations, Optional<String> decided) implements UploadQueue.Entry {

    static QueueEntry of(Submission submission) {
        return new QueueEntry(
                submission,
                QueueJson.operations(submission.batch().operations()),
                submission.decided().isEmpty()
                        ? Optional.empty()
                        : Optional.of(QueueJson.outcomes(submission.decided())));
    }

    /** The JSON is all ASCII. */
    @Override
    public long bytes() {
        return operations.length();
    }
}
