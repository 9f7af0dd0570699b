package dev.tidegate.store;

import dev.tidegate.model.Model;
import dev.tidegate.model.ModelReader;
import dev.tidegate.model.StoreName;
import dev.tidegate.policy.Rulebook;
import dev.tidegate.policy.WatchRules;
import dev.tidegate.testing.TestDatabase;
import io.vertx.mutiny.sqlclient.Pool;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A store for tests of change logs: a hierarchy with versions, an entity without, a partitioned table, a set; a constraint that reads
 * another object.
 */
final class LogStore {
    static final StoreName FIELD = new StoreName("field");

    private static final String MODEL = """
            modules:
              Shop:
                entities:
                  Task:
                    store: field
                    version: row_version
                    discriminator: kind
                    attributes:
                      Title: { type: string }
                      Notes: { type: string }
                  Order:
                    extends: Shop.Task
                    table: orders
                    attributes:
                      Cost: { type: decimal }
                  Customer:
                    store: field
                    attributes:
                      Name: { type: string }
                      City: { type: string }
                  Reading:
                    store: field
                    id: { column: id, type: long, sequence: reading_seq }
                    attributes:
                      Place: { type: string }
                      Value: { type: integer }
                  Tag:
                    store: field
                    id: { column: code, type: string }
                    attributes:
                      Label: { type: string }
                  Hidden:
                    store: field
                    attributes:
                      Word: { type: string }
                associations:
                  Order_Customer: { from: Shop.Order, to: Shop.Customer, column: customer_id, on-delete: cascade }
                  Task_Tag:
                    from: Shop.Task
                    to: Shop.Tag
                    type: reference-set
                    join-table: { name: task_tag, from: task_id, to: tag_code }
                  Hidden_Customer: { from: Shop.Hidden, to: Shop.Customer, column: customer_id }
            profiles:
              Phone:
                kind: native-mobile
                sync:
                  Shop.Task: { mode: all }
                  Shop.Order: { mode: by-xpath, constraint: "[Shop.Order_Customer/Shop.Customer/City = 'Bern']" }
                  Shop.Reading: { mode: all }
                  Shop.Tag: { mode: nothing-clear }
            """;

    private static final String TABLES = """
            CREATE TABLE task (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), kind text NOT NULL DEFAULT 'Shop.Task',
                               row_version bigint NOT NULL DEFAULT 1, title text, notes text);
            CREATE TABLE customer (id uuid PRIMARY KEY, name text, city text);
            CREATE TABLE orders (id uuid PRIMARY KEY REFERENCES task ON DELETE CASCADE, cost numeric,
                                 customer_id uuid REFERENCES customer ON DELETE CASCADE);
            CREATE SEQUENCE reading_seq;
            CREATE TABLE reading (id bigint NOT NULL, place text NOT NULL, value int, PRIMARY KEY (id, place)) PARTITION BY LIST (place);
            CREATE TABLE reading_a PARTITION OF reading FOR VALUES IN ('a');
            CREATE TABLE reading_b PARTITION OF reading FOR VALUES IN ('b');
            CREATE TABLE tag (code varchar(20) PRIMARY KEY, label text);
            CREATE TABLE task_tag (task_id uuid REFERENCES task ON DELETE CASCADE, tag_code varchar(20) REFERENCES tag ON DELETE CASCADE,
                                   PRIMARY KEY (task_id, tag_code));
            CREATE TABLE hidden (id uuid PRIMARY KEY, word text, customer_id uuid);
            """;

    private LogStore() {}

    static TestDatabase create() {
        return TestDatabase.create().run(TABLES);
    }

    static String text() {
        return MODEL;
    }

    static Model model(String text) {
        return ModelReader.read(text)
                .model()
                .orElseThrow(() -> new IllegalStateException(
                        ModelReader.read(text).issues().toString()));
    }

    static ChangeLogs logs(String text, Pool pool) {
        Model model = model(text);
        return new ChangeLogs(
                model, WatchRules.watched(Rulebook.of(model)), _ -> pool, new PreparedStores(model, _ -> pool));
    }

    static ChangeLogs.Look keep(ChangeLogs logs) {
        return logs.keep(FIELD).await().atMost(Duration.ofSeconds(30));
    }

    /** What stands in a log, oldest first, without barriers: kind, key and names of changed members. */
    static List<@Nullable String> rows(TestDatabase store, String name) {
        return store.column(ROWS.formatted("id::text", log(store, name)));
    }

    static List<@Nullable String> pairs(TestDatabase store, String name) {
        return store.column(ROWS.formatted("from_id || ' ' || to_id", log(store, name)));
    }

    private static final String ROWS = """
            SELECT l.kind::text || ' ' || split_part(s.source, '.', 2) || ' ' || %s || coalesce(' ' || (
                       SELECT string_agg(m.member, '+' ORDER BY m.member) FROM tidegate.log_member m
                        WHERE m.source = l.source AND l.changed & (1::bigint << m.bit) <> 0), '')
              FROM tidegate.%s l JOIN tidegate.log_source s ON s.number = l.source
             WHERE l.kind <> 'B' ORDER BY l.seq, 1
            """;

    /** The log of an entity or association of module {@code Shop}. */
    static String log(TestDatabase store, String name) {
        return String.valueOf(
                store.value("SELECT log FROM tidegate.log_source WHERE source LIKE '% Shop." + name + "'"));
    }

    static int barriers(TestDatabase store, String name) {
        return Integer.parseInt(
                String.valueOf(store.value("SELECT count(*) FROM tidegate." + log(store, name) + " WHERE kind = 'B'")));
    }
}
