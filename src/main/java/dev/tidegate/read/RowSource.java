package dev.tidegate.read;

import dev.tidegate.model.StoreName;
import dev.tidegate.sql.SqlQuery;
import io.smallrye.mutiny.Uni;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Rows of a data store. A row is an array with one element for each column of the query, as the JDK class of its
 * {@link dev.tidegate.model.ValueType} (an array column: {@code Object[]} of such), or null.
 *
 * <p>Fails with a {@link dev.tidegate.problem.Refusal} of {@code store-unavailable} when the store cannot be reached or has no
 * connection free, of {@code store-timeout} when it did not answer in time.
 */
public interface RowSource {

    /** {@code binds} has one value for each of the query's binds, in order, of the JDK class of its type. */
    Uni<List<@Nullable Object[]>> rows(StoreName store, SqlQuery query, @Nullable Object[] binds);

    /** The same rows as they are wanted, all of one moment, on a connection of their own. */
    Uni<RowStream> stream(StoreName store, SqlQuery query, @Nullable Object[] binds);
}
