package dev.tidegate.upload;

import dev.tidegate.model.ErrorId;
import io.smallrye.mutiny.Uni;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The operations that could not be applied, as they are kept, and what is written down about who did what with them. Every act
 * is one transaction with its audit entry.
 *
 * <p>Every method fails with a {@link dev.tidegate.problem.Refusal} of {@code queue-unavailable} when the database does not
 * answer in time.
 */
public interface DeadLetters {

    /** At most {@code limit}, and fewer when they are large; none behind {@code last}. */
    Uni<DeadLetterPage> page(DeadLetterFilter filter, ListPlace from, OptionalLong last, int limit);

    /** The last place that is taken just now, 0 if none is. */
    Uni<Long> lastPlace();

    /** {@code owner}: only one of this caller's. */
    Uni<Optional<DeadLetterFile>> find(ErrorId error, Optional<String> owner);

    /**
     * Queues retries, in one transaction, with a verdict for each. {@code patient}: waits for who works on one of them, which
     * only who holds no others may do; else that one is {@link DeskVerdict#BUSY}.
     */
    Uni<List<DeskVerdict>> retry(List<Retry> retries, DeskAct act, boolean patient);

    /** Forgets them; otherwise as {@link #retry}. */
    Uni<List<DeskVerdict>> discard(List<ErrorId> errors, DeskAct act, boolean patient);

    /** Oldest first, behind the entry {@code after}. */
    Uni<List<AuditEntry>> audit(AuditFilter filter, long after, int limit);
}
