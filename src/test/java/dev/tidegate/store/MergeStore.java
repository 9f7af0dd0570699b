package dev.tidegate.store;

import static dev.tidegate.store.WriterChanges.FIELD;
import static dev.tidegate.store.WriterChanges.MODEL;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidegate.model.AssociationName;
import dev.tidegate.model.EntityName;
import dev.tidegate.model.WatchedEntities;
import dev.tidegate.testing.TestDatabase;
import dev.tidegate.upload.PartResult;
import dev.tidegate.upload.PartWork;
import io.vertx.core.Vertx;
import io.vertx.mutiny.sqlclient.Pool;
import java.time.Clock;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** {@link WriterStore} with change logs of all that it holds. */
final class MergeStore implements AutoCloseable {
    final TestDatabase database = WriterStore.create();
    private final Vertx vertx = Vertx.vertx();
    private final Pool pool;
    private final PgChangeWriter writer;
    private final ChangeLogs logs;

    MergeStore() {
        pool = PgUploadQueueTest.pool(vertx, database, 4);
        PreparedStores prepared = new PreparedStores(MODEL, _ -> pool);
        writer = new PgChangeWriter(MODEL, (_, _, _, _) -> Optional.empty(), _ -> pool, prepared, Clock.systemUTC());
        logs = new ChangeLogs(MODEL, everything(), _ -> pool, prepared);
        writer.prepare(FIELD).await().atMost(Duration.ofSeconds(10));
    }

    static WatchedEntities everything() {
        Map<EntityName, WatchedEntities.Filters> entities = new LinkedHashMap<>();
        MODEL.entities().keySet().forEach(name -> entities.put(name, new WatchedEntities.Filters(Set.of(), Set.of())));
        Set<AssociationName> pairs = new HashSet<>(MODEL.associations().keySet());
        return new WatchedEntities(entities, pairs);
    }

    MergeStore logged() {
        assertThat(logs.keep(FIELD).await().atMost(Duration.ofSeconds(30)).wanting())
                .isEmpty();
        return this;
    }

    List<PartResult> apply(List<PartWork> group) {
        return writer.apply(group).await().atMost(Duration.ofSeconds(30));
    }

    UUID order(String title) {
        UUID id = UUID.randomUUID();
        database.run("WITH task AS (INSERT INTO task (id, kind, title) VALUES ('" + id + "', 'Shop.Order', '" + title
                + "')) INSERT INTO orders (id, cost) VALUES ('" + id + "', 1)");
        return id;
    }

    UUID note(String text) {
        UUID id = UUID.randomUUID();
        database.run("INSERT INTO note (id, text) VALUES ('" + id + "', '" + text + "')");
        return id;
    }

    @Nullable
    String version(UUID id) {
        return database.value("SELECT row_version::text FROM task WHERE id = '" + id
                + "' UNION ALL SELECT xmin::text FROM note WHERE id = '" + id + "'");
    }

    @Override
    public void close() {
        pool.closeAndForget();
        database.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }
}
