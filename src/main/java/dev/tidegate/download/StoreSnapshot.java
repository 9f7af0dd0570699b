package dev.tidegate.download;

import dev.tidegate.sql.LogBook;
import dev.tidegate.sql.SqlQuery;
import dev.tidegate.sql.SqlStatement;
import io.smallrye.mutiny.Uni;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One moment of a data store. Whatever is asked of it is answered as the store was then, one question after the other. */
public interface StoreSnapshot {

    Opening opening();

    /** Rows and binds are as {@code RowSource} of live reads has them: JDK values of their types. */
    Uni<List<@Nullable Object[]>> rows(SqlQuery query, @Nullable Object[] binds);

    Uni<List<@Nullable Object[]>> rows(SqlStatement statement);

    /**
     * What is known of the moment itself.
     *
     * @param snapshot the text of PostgreSQL's {@code pg_snapshot}
     * @param identity of the store: another one after a restore, a failover, or when its logs were begun anew (store-protocol 22)
     * @param written up to where the store's log had been written, as PostgreSQL writes a {@code pg_lsn}
     * @param runs of the store's server, newest first, the last 64 of them; never none
     * @param pruned by log: the highest transaction id of which rows are gone (11)
     */
    record Opening(
            String snapshot, String identity, String written, List<Run> runs, LogBook book, Map<String, Long> pruned) {
        public Opening {
            runs = List.copyOf(runs);
            pruned = Map.copyOf(pruned);
        }
    }

    /**
     * From one start of the store's server to the next.
     *
     * @param began up to where the log reached that the server started from, as PostgreSQL writes a {@code pg_lsn}
     */
    record Run(String id, String began) {}
}
