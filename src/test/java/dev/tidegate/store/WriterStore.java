package dev.tidegate.store;

import dev.tidegate.model.Model;
import dev.tidegate.model.ModelReader;
import dev.tidegate.testing.TestDatabase;
import java.time.Instant;

/** A store for tests of writing: a hierarchy with versions, every kind of association, constraints that refuse. */
final class WriterStore {
    static final String MODEL = """
            modules:
              Shop:
                entities:
                  Task:
                    store: field
                    id: { column: id, type: uuid }
                    version: row_version
                    discriminator: kind
                    attributes:
                      Title: { type: string, length: 200 }
                      DueAt: { type: datetime }
                  Order:
                    extends: Shop.Task
                    table: orders
                    attributes:
                      Number: { type: autonumber }
                      Code: { type: string }
                      Cost: { type: decimal }
                      Level: { type: integer }
                  Customer:
                    store: field
                    id: { column: id, type: uuid }
                    attributes:
                      Name: { type: string }
                      Photo: { type: binary }
                  Tag:
                    store: field
                    id: { column: id, type: long, sequence: tag_id_seq }
                    attributes:
                      Label: { type: string }
                  Note:
                    store: field
                    id: { column: id, type: uuid }
                    attributes:
                      Text: { type: string }
                associations:
                  Order_Customer: { from: Shop.Order, to: Shop.Customer, type: reference, column: customer_id, on-delete: prevent }
                  Note_Order: { from: Shop.Note, to: Shop.Order, type: reference, column: order_id, on-delete: cascade }
                  Task_Parent: { from: Shop.Task, to: Shop.Task, type: reference, column: parent_id, on-delete: keep }
                  Order_Tag:
                    from: Shop.Order
                    to: Shop.Tag
                    type: reference-set
                    join-table: { name: order_tag, from: order_id, to: tag_id }
            profiles:
              Web: { kind: web }
            """;

    private static final String TABLES = """
            CREATE TABLE task (id uuid PRIMARY KEY, kind text NOT NULL, row_version bigint NOT NULL, title text,
                               due_at timestamptz, parent_id uuid REFERENCES task);
            CREATE TABLE customer (id uuid PRIMARY KEY, name text NOT NULL, photo bytea);
            CREATE TABLE orders (id uuid PRIMARY KEY REFERENCES task, number bigint GENERATED ALWAYS AS IDENTITY,
                                 code text UNIQUE, cost numeric, level int CHECK (level < 100),
                                 customer_id uuid REFERENCES customer DEFERRABLE INITIALLY DEFERRED);
            CREATE TABLE tag (id bigint PRIMARY KEY, label text);
            CREATE SEQUENCE tag_id_seq START 1000;
            CREATE TABLE note (id uuid PRIMARY KEY, text text, order_id uuid REFERENCES orders);
            CREATE TABLE order_tag (order_id uuid REFERENCES orders, tag_id bigint REFERENCES tag,
                                    PRIMARY KEY (order_id, tag_id));
            """;

    private WriterStore() {}

    static Model model() {
        return ModelReader.read(MODEL)
                .model()
                .orElseThrow(() -> new IllegalStateException(
                        ModelReader.read(MODEL).issues().toString()));
    }

    static TestDatabase create() {
        return TestDatabase.createdAs("writer", database -> database.run(TABLES));
    }

    /** Until so many sessions wait for a lock. */
    static void awaitLockWaits(TestDatabase store, int count) {
        String waiting = "SELECT count(*) >= " + count + " FROM pg_stat_activity "
                + "WHERE datname = current_database() AND wait_event_type = 'Lock'";
        Instant end = Instant.now().plusSeconds(10);
        while ("f".equals(store.value(waiting)) && Instant.now().isBefore(end)) {
            Thread.onSpinWait();
        }
    }
}
