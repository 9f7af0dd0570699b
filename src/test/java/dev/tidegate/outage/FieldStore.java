package dev.tidegate.outage;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The demo's store, seen past the gateway: a log and counters, written by triggers that the gateway knows nothing of. A line
 * of the log is {@code table|INSERT|id|value}, and for a delete {@code table|DELETE|id}; its client is what the value (for a
 * delete the last one) begins with. A row's counter tells how often it was updated.
 */
final class FieldStore {
    /** How much was written so far, about: a crash may leave gaps. */
    static final String WRITES = "SELECT last_value FROM public.witness_seq_seq";

    private static final String INSTALL = """
            CREATE TABLE public.witness (seq bigserial PRIMARY KEY, client text NOT NULL, event text NOT NULL);
            CREATE INDEX witness_client ON public.witness (client, seq);
            CREATE FUNCTION public.witness() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                INSERT INTO public.witness (client, event) VALUES (
                    split_part(coalesce(coalesce(to_jsonb(NEW), to_jsonb(OLD)) ->> TG_ARGV[0], ''), '-', 1),
                    concat_ws('|', TG_TABLE_NAME, TG_OP, coalesce(NEW.id, OLD.id)::text, to_jsonb(NEW) ->> TG_ARGV[0]));
                RETURN NULL;
            END $$;
            CREATE FUNCTION public.witness_count() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                NEW.witness_count := OLD.witness_count + 1;
                RETURN NEW;
            END $$;
            """;

    private static final String WATCH = """
            ALTER TABLE field_service.%1$s ADD COLUMN witness_count bigint NOT NULL DEFAULT 0;
            CREATE TRIGGER witness_count BEFORE UPDATE ON field_service.%1$s
                FOR EACH ROW EXECUTE FUNCTION public.witness_count();
            CREATE TRIGGER witness AFTER INSERT OR UPDATE OR DELETE ON field_service.%1$s
                FOR EACH ROW EXECUTE FUNCTION public.witness('%2$s');
            """;

    private static final String MISCOUNTED = """
            WITH watched AS (
                SELECT 'task' AS name, id::text, witness_count FROM field_service.task
                UNION ALL SELECT 'document', id::text, witness_count FROM field_service.document
                UNION ALL SELECT 'customer', id::text, witness_count FROM field_service.customer
            ), logged AS (
                SELECT split_part(event, '|', 1) AS name, split_part(event, '|', 3) AS id, count(*) AS times
                  FROM public.witness WHERE split_part(event, '|', 2) = 'UPDATE' GROUP BY 1, 2
            )
            SELECT format('%s %s counts %s updates, the log %s', w.name, w.id, w.witness_count, coalesce(l.times, 0))
              FROM watched AS w LEFT JOIN logged AS l ON l.name = w.name AND l.id = w.id
             WHERE w.witness_count <> coalesce(l.times, 0) LIMIT 20
            """;

    private FieldStore() {}

    static void installWitness(Connection field) throws SQLException {
        run(field, INSTALL);
        run(field, WATCH.formatted("task", "title"));
        run(field, WATCH.formatted("document", "name"));
        run(field, WATCH.formatted("customer", "email"));
    }

    static void run(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** What a client brought about, in the order in which rows were locked. */
    static List<String> witnessedOf(Connection field, String client) throws SQLException {
        return column(field, "SELECT event FROM public.witness WHERE client = ? ORDER BY seq", client);
    }

    /** Rows whose own counter and the log do not agree. */
    static List<String> miscounted(Connection field) throws SQLException {
        return column(field, MISCOUNTED);
    }

    static List<String> column(Connection connection, String query, String... binds) throws SQLException {
        List<String> values = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(query)) {
            for (int i = 0; i < binds.length; i++) {
                statement.setString(i + 1, binds[i]);
            }
            try (ResultSet found = statement.executeQuery()) {
                while (found.next()) {
                    values.add(found.getString(1));
                }
            }
        }
        return values;
    }

    static Map<String, Long> positions(Connection connection, String query) throws SQLException {
        Map<String, Long> positions = new HashMap<>();
        try (Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery(query)) {
            while (found.next()) {
                positions.put(found.getString(1), found.getLong(2));
            }
        }
        return positions;
    }

    static long number(Connection connection, String query) throws SQLException {
        return Long.parseLong(column(connection, query).getFirst());
    }
}
