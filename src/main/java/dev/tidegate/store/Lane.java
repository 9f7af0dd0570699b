package dev.tidegate.store;

import dev.tidegate.upload.OperationOutcome;
import dev.tidegate.upload.PartResult;
import dev.tidegate.upload.PartWork;
import dev.tidegate.upload.Step;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A client's lane as its store remembers it (store-protocol 1): the claim, and what an earlier attempt has left. */
final class Lane {
    // Settings of the transaction ride along, so that the claim stays its first statement. An asynchronous commit could
    // be lost
    // after the queue was told of it.
    private static final String CLAIM = """
            UPDATE tidegate.lane SET position = $3::int8 WHERE lane = $1::uuid AND position = $2::int8
            RETURNING set_config('lock_timeout', '5s', true), set_config('statement_timeout', '20s', true),
                      set_config('TimeZone', 'UTC', true), set_config('synchronous_commit',
                        CASE current_setting('synchronous_commit') WHEN 'off' THEN 'on'
                        ELSE current_setting('synchronous_commit') END, true)
            """;

    private static final String BEGIN_LANE =
            "INSERT INTO tidegate.lane (lane, position) VALUES ($1::uuid, 0) ON CONFLICT DO NOTHING";

    private static final String POSITION = "SELECT position FROM tidegate.lane WHERE lane = $1::uuid";

    private static final String REMEMBERED = """
            SELECT operation, outcome, problem::text AS problem, current::text AS current FROM tidegate.applied
             WHERE lane = $1::uuid AND position = $2::int8 AND revision = 0
            """;

    private final SqlConnection connection;
    private final PartWork work;

    Lane(SqlConnection connection, PartWork work) {
        this.connection = connection;
        this.work = work;
    }

    /** Whether the part is this transaction's to apply. Waits for another that is about to claim the same. */
    Uni<Boolean> claim() {
        return tryClaim()
                .flatMap(claimed -> claimed || work.previous() != 0
                        ? Uni.createFrom().item(claimed)
                        : connection
                                .preparedQuery(BEGIN_LANE)
                                .execute(Tuple.of(work.lane().value()))
                                .flatMap(_ -> tryClaim()));
    }

    private Uni<Boolean> tryClaim() {
        return connection
                .preparedQuery(CLAIM)
                .execute(Tuple.of(work.lane().value(), work.previous(), work.position()))
                .map(rows -> rows.rowCount() == 1);
    }

    Uni<PartResult> remembered() {
        return connection
                .preparedQuery(POSITION)
                .execute(Tuple.of(work.lane().value()))
                .flatMap(rows -> {
                    long position =
                            rows.size() == 0 ? 0 : rows.iterator().next().getLong("position");
                    return position < work.position()
                            ? Uni.createFrom().item(new PartResult.NotItsTurn(position))
                            : outcomes();
                });
    }

    private Uni<PartResult> outcomes() {
        return connection
                .preparedQuery(REMEMBERED)
                .execute(Tuple.of(work.lane().value(), work.position()))
                .map(rows -> {
                    Map<Integer, OperationOutcome> known = new HashMap<>();
                    for (Row row : rows) {
                        int index = row.getInteger("operation");
                        known.put(
                                index,
                                QueueJson.readOutcome(
                                        index,
                                        row.getString("outcome"),
                                        row.getString("problem"),
                                        row.getString("current")));
                    }
                    List<OperationOutcome> outcomes = new ArrayList<>();
                    for (Step step : work.steps()) {
                        outcomes.add(known.getOrDefault(step.index(), OperationOutcome.applied(step.index())));
                    }
                    return new PartResult.Applied(outcomes, true);
                });
    }
}
