package dev.tidegate.read;

import dev.tidegate.model.Model;
import dev.tidegate.model.ModelReader;
import dev.tidegate.model.Profile;
import dev.tidegate.model.ProfileName;
import dev.tidegate.model.RoleName;
import dev.tidegate.model.StoreName;
import dev.tidegate.policy.Caller;
import dev.tidegate.policy.QueryRules;
import dev.tidegate.policy.QueryText;
import dev.tidegate.policy.Rulebook;
import dev.tidegate.policy.SortText;
import dev.tidegate.seal.Seal;
import dev.tidegate.sql.SqlQuery;
import dev.tidegate.store.PgRowSource;
import dev.tidegate.store.PostgresUri;
import dev.tidegate.store.StoreAccess;
import dev.tidegate.store.StorePools;
import dev.tidegate.testing.TestDatabase;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Live reads on a store of their own: items in places in regions, badges that stand one to one with items, labels in sets,
 * boxes as a hierarchy. Callers with role {@code User} see only some of it; those with {@code Boss} everything.
 */
final class QueryStore implements AutoCloseable {
    private static final String MODEL = """
            modules:
              Q:
                entities:
                  Item:
                    store: field
                    version: row_version
                    attributes:
                      Name: { type: string }
                      Rank: { type: integer }
                      Total: { type: long }
                      Cost: { type: decimal }
                      At:   { type: datetime }
                      Done: { type: boolean }
                      Kind: { type: enum, values: [Low, High, mid] }
                  Place:
                    store: field
                    id: { column: code, type: string }
                    attributes:
                      Label:  { type: string }
                      Open:   { type: boolean }
                      Hidden: { type: string }
                      Rank:   { type: integer }
                  Region:
                    store: field
                    id: { column: id, type: long }
                    attributes:
                      Level: { type: integer }
                      Shown: { type: boolean }
                  Badge:
                    store: field
                    attributes:
                      Text: { type: string }
                      Public: { type: boolean }
                  Tag:
                    store: field
                    id: { column: id, type: long }
                    attributes: { Word: { type: string } }
                  Box:
                    store: field
                    discriminator: kind
                    attributes: { Size: { type: integer } }
                  Crate:
                    extends: Q.Box
                    attributes: { Wood: { type: string } }
                associations:
                  Item_Place:   { from: Q.Item, to: Q.Place, column: place_code }
                  Item_Next:    { from: Q.Item, to: Q.Item, column: next_id }
                  Item_Box:     { from: Q.Item, to: Q.Box, column: box_id }
                  Place_Region: { from: Q.Place, to: Q.Region, column: region_id }
                  Item_Badge:   { from: Q.Item, to: Q.Badge, owner: both, column: badge_id }
                  Item_Tag:
                    from: Q.Item
                    to: Q.Tag
                    type: reference-set
                    join-table: { name: item_tag, from: item_id, to: tag_id }
                access:
                  - { entity: Q.Item, roles: [User], read: [Name, Rank, Total, Cost, At, Done, Kind, Item_Place, Item_Next, Item_Tag, Item_Box], write: [Name] }
                  - { entity: Q.Item, roles: [User], read: [Item_Badge], constraint: "[Done]" }
                  - { entity: Q.Item, roles: [Boss], read: all, write: all }
                  - { entity: Q.Place, roles: [User], read: [Label, Open, Rank, Place_Region], constraint: "[Open]" }
                  - { entity: Q.Place, roles: [User], read: [Hidden], constraint: "[Open and Rank > 5]" }
                  - { entity: Q.Place, roles: [Boss], read: all }
                  - { entity: Q.Region, roles: [User], read: [Level], constraint: "[Shown]" }
                  - { entity: Q.Region, roles: [Boss], read: all }
                  - { entity: Q.Badge, roles: [User], read: [Text, Item_Badge], constraint: "[Public]" }
                  - { entity: Q.Badge, roles: [User], read: [Public] }
                  - { entity: Q.Badge, roles: [Boss], read: all }
                  - { entity: Q.Tag, roles: [User, Boss], read: all }
                  - { entity: Q.Crate, roles: [User, Boss], read: all }
                  - { entity: Q.Box, roles: [Boss], read: all }
            profiles:
              Web: { kind: web }
            """;

    private static final String TABLES = """
            CREATE TABLE region (id bigint PRIMARY KEY, level integer, shown boolean);
            CREATE TABLE place (code text PRIMARY KEY, label text, open boolean, hidden text, rank integer,
                                region_id bigint);
            CREATE TABLE badge (id uuid PRIMARY KEY, text text, public boolean);
            CREATE TABLE box (id uuid PRIMARY KEY, kind text NOT NULL, size integer);
            CREATE TABLE crate (id uuid PRIMARY KEY, wood text);
            CREATE TABLE item (id uuid PRIMARY KEY, row_version bigint NOT NULL DEFAULT 1, name text, rank integer,
                               total bigint, cost numeric, at timestamptz, done boolean, kind text, place_code text,
                               next_id uuid, badge_id uuid, box_id uuid);
            CREATE TABLE tag (id bigint PRIMARY KEY, word text);
            CREATE TABLE item_tag (item_id uuid NOT NULL, tag_id bigint NOT NULL);
            """;

    static final Caller USER = new Caller("ursula", Set.of(new RoleName("User")));
    static final Caller BOSS = new Caller("bob", Set.of(new RoleName("Boss")));

    final TestDatabase database = TestDatabase.create().run(TABLES);
    final Model model = ModelReader.read(MODEL)
            .model()
            .orElseThrow(() -> new AssertionError(ModelReader.read(MODEL).issues()));
    final Profile profile = Objects.requireNonNull(model.profiles().get(new ProfileName("Web")));
    final List<String> statements = Collections.synchronizedList(new ArrayList<>());
    final LiveReads reads;
    private final Vertx vertx = Vertx.vertx();
    private final StorePools pools;

    QueryStore() {
        StoreName store = new StoreName("field");
        StoreAccess access = new StoreAccess(
                PostgresUri.parse(database.url()),
                database.username(),
                database.password(),
                new StoreAccess.PoolShape(
                        2, 2, 16, Duration.ofSeconds(5), Duration.ofMinutes(1), Optional.of(Duration.ofSeconds(20))));
        pools = StorePools.open(vertx, Map.of(store, access), Duration.ofSeconds(2));
        RowSource source = new PgRowSource(pools, Duration.ofSeconds(20), Duration.ofSeconds(60));
        reads = new LiveReads(
                model,
                new ReadPlans(model, new QueryRules(Rulebook.of(model))),
                noting(source),
                new Cursors(new Seal("a secret of the test's own making".getBytes(StandardCharsets.UTF_8))),
                Clock.systemUTC(),
                _ -> {});
    }

    private RowSource noting(RowSource source) {
        return new RowSource() {
            @Override
            public Uni<List<@Nullable Object[]>> rows(StoreName store, SqlQuery query, @Nullable Object[] binds) {
                statements.add(query.text());
                return source.rows(store, query, binds);
            }

            @Override
            public Uni<RowStream> stream(StoreName store, SqlQuery query, @Nullable Object[] binds) {
                statements.add(query.text());
                return source.stream(store, query, binds);
            }
        };
    }

    Page page(PageRequest request) {
        return await(reads.page(request));
    }

    static <T> T await(Uni<T> work) {
        return work.await().atMost(Duration.ofSeconds(30));
    }

    /** All items in that order ({@code Rank desc} and the like), seen by the caller. */
    PageRequest items(Caller caller, int limit, String... sort) {
        return query(caller, "Q.Item", limit, List.of(), sort);
    }

    PageRequest query(Caller caller, String entity, int limit, List<String> expand, String... sort) {
        List<SortText> keys = new ArrayList<>();
        for (String key : sort) {
            boolean descending = key.endsWith(" desc");
            keys.add(new SortText(descending ? key.substring(0, key.length() - 5) : key, descending, 0));
        }
        QueryText text = new QueryText(entity, Optional.empty(), Set.of(), Optional.empty(), expand, keys);
        return new PageRequest(profile, caller, text, Map.of(), limit, 0, Optional.empty(), false);
    }

    static PageRequest after(PageRequest request, String cursor) {
        return new PageRequest(
                request.profile(),
                request.caller(),
                request.query(),
                request.parameters(),
                request.limit(),
                0,
                Optional.of(cursor),
                request.count());
    }

    @Override
    public void close() {
        pools.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
        database.close();
    }
}
