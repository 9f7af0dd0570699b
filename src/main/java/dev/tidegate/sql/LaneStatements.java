package dev.tidegate.sql;

import dev.tidegate.model.LaneId;
import java.util.List;

/**
 * Reads what a data store remembers of one lane, for a receipt (store-protocol 20): where it stands, what of it is parked, and
 * what was settled, of each operation the newest revision. One statement, so three kinds of rows in no order, told apart by their first column;
 * what a kind does not have is null:
 *
 * <ul>
 *   <li>{@link #LANE}: position; none for a lane of which nothing was applied yet
 *   <li>{@link #PARKED}: position, operation
 *   <li>{@link #SETTLED}: position, operation, outcome, entity, object id, version after, problem as JSON, and whether the
 *       earlier receipt did not know this
 * </ul>
 *
 * <p>Everything is found by an index: what is beyond a position by the key of {@code applied}, what was settled after its turn
 * by its transaction, in two ranges (store-protocol 12).
 */
public final class LaneStatements {
    public static final String LANE = "lane";
    public static final String PARKED = "parked";
    public static final String SETTLED = "settled";

    private static final String STATE = """
            SELECT 'lane' AS kind, l.position, NULL::int4 AS operation, NULL::text AS outcome, NULL::text AS entity,
                   NULL::text AS object_id, NULL::text AS version, NULL::text AS problem, NULL::bool AS news
              FROM tidegate.lane AS l WHERE l.lane = $1::uuid
            UNION ALL
            SELECT 'parked', a.position, a.operation, NULL, NULL, NULL, NULL, NULL, NULL
              FROM tidegate.applied AS a
             WHERE a.lane = $1::uuid AND a.outcome = 'parked' AND NOT EXISTS (
                   SELECT FROM tidegate.applied AS n
                    WHERE n.lane = a.lane AND n.position = a.position AND n.operation = a.operation AND n.revision > a.revision)
            UNION ALL
            SELECT 'settled', s.position, s.operation, s.outcome, s.entity, s.object_id, s.version_after, s.problem::text, s.news
              FROM (SELECT DISTINCT ON (a.position, a.operation) a.*
                      FROM (%s) AS a ORDER BY a.position, a.operation, a.revision DESC) AS s
            """;

    private static final String WHOLE = STATE.formatted("""
            SELECT *, true AS news FROM tidegate.applied
             WHERE lane = $1::uuid AND at > now() - interval '90 days' AND (outcome <> 'applied' OR revision > 0)""");

    private static final String LATER = "xid >= pg_snapshot_xmax($2::text::pg_snapshot)";
    private static final String MEANWHILE = "xid = ANY (ARRAY(SELECT pg_snapshot_xip($2::text::pg_snapshot)))";

    private static final String SINCE = STATE.formatted("""
            SELECT *, coalesce(%1$s OR %2$s, false) AS news FROM tidegate.applied
             WHERE lane = $1::uuid AND position > $3::int8 AND position <> ALL ($4::int8[])
            UNION ALL
            SELECT *, true FROM tidegate.applied WHERE lane = $1::uuid AND revision > 0 AND %1$s
            UNION ALL
            SELECT *, true FROM tidegate.applied WHERE lane = $1::uuid AND revision > 0 AND %2$s
            """.formatted(LATER, MEANWHILE));

    private LaneStatements() {}

    /**
     * For a receipt after none. Settled: of the last 90 days, all that is not plainly applied, or was settled again.
     *
     * @param lane as the store names it
     */
    public static SqlStatement whole(LaneId lane) {
        return SqlStatement.of(WHOLE, lane.value());
    }

    /**
     * For a receipt after an earlier one. Settled: everything that the earlier one did not cover, or that was settled again
     * since.
     *
     * @param lane as the store names it
     * @param snapshot the text of the {@code pg_snapshot} of the earlier receipt, or of one before it: then what was settled
     *     again between them is told once more
     * @param position up to which the earlier receipt covered everything
     * @param settled what it covered beyond that
     */
    public static SqlStatement since(LaneId lane, String snapshot, long position, List<Long> settled) {
        return new SqlStatement(SINCE, List.of(lane.value(), snapshot, position, settled.toArray(Long[]::new)));
    }
}
