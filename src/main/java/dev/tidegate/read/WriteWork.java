package dev.tidegate.read;

import dev.tidegate.model.Change;
import dev.tidegate.model.StoreName;
import dev.tidegate.policy.Grant;
import dev.tidegate.policy.StoredState;
import dev.tidegate.problem.Problem;
import dev.tidegate.sql.SqlQuery;
import dev.tidegate.xpath.Condition;
import dev.tidegate.xpath.Situation;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A live write as its store gets it. {@code grants} are the caller's on the object's own entity; {@code visible} says when
 * the caller may read an object of the hierarchy at all.
 */
public record WriteWork(
        StoreName store,
        Change change,
        List<Grant> grants,
        Condition visible,
        Situation situation,
        Judgement judgement,
        Answering answering,
        Optional<Remembrance> remembrance) {
    public WriteWork {
        grants = List.copyOf(grants);
    }

    /** What is said to the change once the stored object is known, under its lock; empty when it may be made. */
    @FunctionalInterface
    public interface Judgement {
        Optional<Problem> of(StoredState stored);
    }

    /** How the answer is made, before the transaction ends. */
    public interface Answering {
        /** What shows an object of the change's entity to the caller; empty when nothing does. */
        Optional<SqlQuery> query();

        /** A value for each of the query's binds. */
        @Nullable
        Object[] binds(Object id);

        WriteAnswer answer(Written written);
    }

    /** The name under which the answer is remembered, and what tells this request from others under the same name. */
    public record Remembrance(String key, String request) {}
}
