package dev.tidegate.store;

import dev.tidegate.testing.TestDatabase;
import org.flywaydb.core.Flyway;

/** A fresh database with the gateway's own tables, as its migrations make them. */
final class QueueDatabase {
    private QueueDatabase() {}

    static TestDatabase create() {
        return TestDatabase.createdAs("queue", QueueDatabase::migrate);
    }

    private static void migrate(TestDatabase database) {
        Flyway.configure()
                .dataSource(database.jdbcUrl(), database.username(), database.password())
                .schemas("tidegate_queue")
                .defaultSchema("tidegate_queue")
                .loggers("slf4j")
                .load()
                .migrate();
    }
}
