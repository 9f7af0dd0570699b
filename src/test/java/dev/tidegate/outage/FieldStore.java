package dev.tidegate.outage;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The demo's store, seen past the gateway: a log written by triggers that the gateway knows nothing of. A line is
 * {@code table|INSERT|id|value}, and for a delete {@code table|DELETE|id}.
 */
final class FieldStore {
    private static final String INSTALL = """
            CREATE TABLE public.witness (seq bigserial PRIMARY KEY, event text NOT NULL);
            CREATE FUNCTION public.witness() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                INSERT INTO public.witness (event) VALUES (concat_ws('|', TG_TABLE_NAME, TG_OP,
                    coalesce(NEW.id, OLD.id)::text, to_jsonb(NEW) ->> TG_ARGV[0]));
                RETURN NULL;
            END $$;
            CREATE TRIGGER witness AFTER INSERT OR UPDATE OR DELETE ON field_service.task
                FOR EACH ROW EXECUTE FUNCTION public.witness('title');
            CREATE TRIGGER witness AFTER INSERT OR UPDATE OR DELETE ON field_service.document
                FOR EACH ROW EXECUTE FUNCTION public.witness('name');
            CREATE TRIGGER witness AFTER INSERT OR UPDATE OR DELETE ON field_service.customer
                FOR EACH ROW EXECUTE FUNCTION public.witness('email');
            """;

    private FieldStore() {}

    static void installWitness(Connection field) throws SQLException {
        run(field, INSTALL);
    }

    static void run(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** Everything that was written, in the order in which rows were locked. */
    static List<String> witnessed(Connection field) throws SQLException {
        return column(field, "SELECT event FROM public.witness ORDER BY seq");
    }

    static List<String> column(Connection connection, String query) throws SQLException {
        List<String> values = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery(query)) {
            while (found.next()) {
                values.add(found.getString(1));
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
