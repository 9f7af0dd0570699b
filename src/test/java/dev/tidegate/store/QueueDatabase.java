package dev.tidegate.store;

import dev.tidegate.testing.TestDatabase;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** A fresh database with the gateway's own tables. */
final class QueueDatabase {
    private QueueDatabase() {}

    static TestDatabase create() {
        try (InputStream migration = QueueDatabase.class.getResourceAsStream("/db/migration/V1__queue.sql")) {
            if (migration == null) {
                throw new IllegalStateException("no migration");
            }
            return TestDatabase.create().run(new String(migration.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }
}
