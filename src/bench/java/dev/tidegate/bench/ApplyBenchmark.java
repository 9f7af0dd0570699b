package dev.tidegate.bench;

import dev.tidegate.model.BatchId;
import dev.tidegate.model.Change;
import dev.tidegate.model.ConflictPolicy;
import dev.tidegate.model.EntityName;
import dev.tidegate.model.LaneId;
import dev.tidegate.model.MemberSet;
import dev.tidegate.model.MemberValue;
import dev.tidegate.model.Model;
import dev.tidegate.model.ModelReader;
import dev.tidegate.model.StoreName;
import dev.tidegate.model.ValueType;
import dev.tidegate.observation.Observation;
import dev.tidegate.ops.embedded.EmbeddedPostgres;
import dev.tidegate.policy.Caller;
import dev.tidegate.policy.Grant;
import dev.tidegate.policy.Rulebook;
import dev.tidegate.policy.WatchRules;
import dev.tidegate.problem.ProblemCode;
import dev.tidegate.problem.Violation;
import dev.tidegate.store.ChangeLogs;
import dev.tidegate.store.PgChangeWriter;
import dev.tidegate.store.PreparedStores;
import dev.tidegate.upload.Claim;
import dev.tidegate.upload.PartResult;
import dev.tidegate.upload.PartWork;
import dev.tidegate.upload.Step;
import dev.tidegate.xpath.Condition;
import dev.tidegate.xpath.Member;
import dev.tidegate.xpath.Value;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import io.vertx.core.Vertx;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Tuple;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.PoolOptions;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;

/**
 * A thousand operations of many clients applied as one group, lanes claimed, rows locked, rights judged, outcomes kept, beside
 * one hand-written statement that writes a thousand such rows from arrays and knows nothing of all that. One server with fsync;
 * the statement has one connection, the gateway one, or as many as it applies groups at a time. Both tables have a change log unless
 * {@code bench.log} is false. The sides take turns.
 */
public final class ApplyBenchmark {
    private static final int ROWS = 1_000;
    private static final int KEPT = Integer.getInteger("bench.rows", 100_000);
    private static final int ROUNDS = Integer.getInteger("bench.turns", 60);
    private static final int WARM_UP = Integer.getInteger("bench.warm-turns", 60);
    private static final boolean LOGGED = Boolean.parseBoolean(System.getProperty("bench.log", "true"));
    private static final int[] LANES = {10, 50};
    private static final int[] GROUPS = {1, 4};
    private static final StoreName FIELD = new StoreName("field");
    private static final EntityName ITEM = EntityName.parse("Stock.Item");
    private static final Model MODEL = ModelReader.read("""
                    modules:
                      Stock:
                        entities:
                          Item:
                            store: field
                            id: { column: id, type: uuid }
                            attributes:
                              Name: { type: string }
                              Note: { type: string }
                              Amount: { type: integer }
                              Price: { type: decimal }
                              CountedAt: { type: datetime }
                              Open: { type: boolean }
                          ByHand: { store: field, table: by_hand, id: { column: id, type: uuid } }
                    profiles:
                      Mobile:
                        kind: native-mobile
                        sync: { Stock.Item: { mode: all }, Stock.ByHand: { mode: all } }
                    """).model().orElseThrow();

    private static final String COLUMNS = "id, name, note, amount, price, counted_at, open";
    private static final String ARRAYS = "unnest($1::uuid[], $2::text[], $3::text[], $4::int4[], $5::numeric[], "
            + "$6::timestamptz[], $7::bool[]) AS u(" + COLUMNS + ")";
    private static final String INSERT = "INSERT INTO by_hand (" + COLUMNS + ") SELECT " + COLUMNS + " FROM " + ARRAYS;
    private static final String UPDATE = "UPDATE by_hand AS t SET name = u.name, note = u.note, amount = u.amount, "
            + "price = u.price, counted_at = u.counted_at, open = u.open FROM " + ARRAYS + " WHERE t.id = u.id";

    private final Pool pool;
    private final PgChangeWriter writer;
    private final List<UUID> kept;
    private final Random random = new Random(1);

    private ApplyBenchmark(Pool pool) {
        this.pool = pool;
        this.writer = new PgChangeWriter(
                MODEL,
                (_, _, holds, _) -> holds[0] ? Optional.empty() : Optional.of(forbidden()),
                _ -> pool,
                new PreparedStores(MODEL, _ -> pool),
                Clock.systemUTC());
        this.kept =
                random.ints(KEPT).mapToObj(i -> new UUID(random.nextLong(), i)).toList();
    }

    public static void main(String[] arguments) throws IOException {
        Path directory = Files.createTempDirectory("apply-benchmark");
        Vertx vertx = Vertx.vertx();
        try (EmbeddedPostgres server = EmbeddedPostgres.start(directory)) {
            server.ensureDatabase("store");
            Pool pool = Pool.newInstance(PgBuilder.pool()
                    .connectingTo(new PgConnectOptions()
                            .setHost("127.0.0.1")
                            .setPort(server.port())
                            .setDatabase("store")
                            .setUser(server.username())
                            .setPassword(server.password())
                            .setCachePreparedStatements(true)
                            .setPipeliningLimit(16))
                    .with(new PoolOptions().setMaxSize(4))
                    .using(vertx)
                    .build());
            ApplyBenchmark benchmark = new ApplyBenchmark(pool);
            benchmark.prepare();
            benchmark.run();
            pool.close().await().indefinitely();
        } finally {
            Infrastructure.getDefaultWorkerPool().shutdown();
            vertx.close();
        }
    }

    private void prepare() {
        for (String table : List.of("item", "by_hand")) {
            query("CREATE TABLE " + table + " (id uuid PRIMARY KEY, name text, note text, amount int, price numeric, "
                    + "counted_at timestamptz, open bool) WITH (fillfactor = 50)");
            pool.preparedQuery("INSERT INTO " + table + " SELECT id, 'name', repeat('n', 60), 1, 2.5, now(), true "
                            + "FROM unnest($1::uuid[]) AS u(id)")
                    .execute(Tuple.of(kept.toArray(UUID[]::new)))
                    .await()
                    .indefinitely();
        }
        writer.prepare(FIELD).await().indefinitely();
        if (LOGGED) {
            ChangeLogs logs = new ChangeLogs(
                    MODEL, WatchRules.watched(Rulebook.of(MODEL)), _ -> pool, new PreparedStores(MODEL, _ -> pool));
            ChangeLogs.Look look = logs.keep(FIELD).await().atMost(Duration.ofMinutes(1));
            if (!look.wanting().isEmpty()) {
                throw new IllegalStateException(look.toString());
            }
        }
        query("VACUUM ANALYZE");
    }

    private void query(String sql) {
        pool.query(sql).execute().await().indefinitely();
    }

    private void run() {
        System.out.println(
                "| " + ROWS + " rows | lanes | groups at a time | gateway rows/s | by hand rows/s | ratio |");
        System.out.println("| --- | --- | --- | --- | --- | --- |");
        for (int groups : GROUPS) {
            for (int lanes : LANES) {
                for (Kind kind : Kind.values()) {
                    turns(kind, lanes, groups);
                }
            }
        }
    }

    private enum Kind {
        CREATE,
        UPDATE,
        UPDATE_UPON_VERSION
    }

    private void turns(Kind kind, int lanes, int groups) {
        for (int i = 0; i < WARM_UP; i++) {
            gateway(kind, lanes, groups);
            byHand(kind);
        }
        query("VACUUM");
        query("CHECKPOINT");
        long[] gateway = new long[ROUNDS];
        long[] byHand = new long[ROUNDS];
        for (int i = 0; i < ROUNDS; i++) {
            gateway[i] = gateway(kind, lanes, groups);
            byHand[i] = byHand(kind);
        }
        double own = groups * ROWS * 1e9 / middle(gateway);
        double hand = ROWS * 1e9 / middle(byHand);
        System.out.printf(
                Locale.ROOT,
                "| %s | %d | %d | %.0f | %.0f | %.2f |%n",
                kind.name().toLowerCase(Locale.ROOT).replace('_', ' '),
                lanes,
                groups,
                own,
                hand,
                own / hand);
    }

    private static long middle(long[] nanos) {
        return Arrays.stream(nanos).sorted().toArray()[nanos.length / 2];
    }

    /** Nanoseconds of so many groups at the same time. */
    private long gateway(Kind kind, int lanes, int groups) {
        List<UUID> ids = ids(kind, groups * ROWS);
        List<Uni<List<PartResult>>> all = new ArrayList<>();
        for (int i = 0; i < groups; i++) {
            all.add(writer.apply(group(kind, lanes, ids.subList(i * ROWS, (i + 1) * ROWS))));
        }
        long start = System.nanoTime();
        List<List<PartResult>> results =
                Uni.join().all(all).andFailFast().await().atMost(Duration.ofMinutes(1));
        long took = System.nanoTime() - start;
        results.forEach(group -> group.forEach(ApplyBenchmark::check));
        return took;
    }

    private List<PartWork> group(Kind kind, int lanes, List<UUID> ids) {
        List<Optional<String>> bases = kind == Kind.UPDATE_UPON_VERSION ? versions(ids) : List.of();
        List<PartWork> group = new ArrayList<>();
        int each = ROWS / lanes;
        for (int lane = 0; lane < lanes; lane++) {
            List<Step> steps = new ArrayList<>();
            for (int i = 0; i < each; i++) {
                int at = lane * each + i;
                steps.add(step(i, kind, ids.get(at), bases.isEmpty() ? Optional.empty() : bases.get(at)));
            }
            group.add(new PartWork(
                    FIELD,
                    new LaneId(UUID.randomUUID()),
                    1,
                    new BatchId(UUID.randomUUID()),
                    new Claim.Turn(0, true),
                    new Caller("ada", Set.of()),
                    false,
                    steps,
                    Set.of(),
                    false));
        }
        return group;
    }

    private static void check(PartResult result) {
        if (!(result instanceof PartResult.Applied applied)
                || applied.outcomes().stream().anyMatch(outcome -> outcome.outcome() != Observation.Outcome.APPLIED)) {
            throw new IllegalStateException(String.valueOf(result));
        }
    }

    private List<UUID> ids(Kind kind, int count) {
        if (kind == Kind.CREATE) {
            return random.ints(count)
                    .mapToObj(i -> new UUID(random.nextLong(), i))
                    .toList();
        }
        int from = random.nextInt(KEPT - count);
        return kept.subList(from, from + count);
    }

    private List<Optional<String>> versions(List<UUID> ids) {
        List<Optional<String>> versions = new ArrayList<>();
        pool.preparedQuery("SELECT i.xmin::text FROM unnest($1::uuid[]) WITH ORDINALITY AS u(id, n) "
                        + "JOIN item AS i ON i.id = u.id ORDER BY n")
                .execute(Tuple.of(ids.toArray(UUID[]::new)))
                .await()
                .indefinitely()
                .forEach(row -> versions.add(Optional.of(row.getString(0))));
        return versions;
    }

    private Step step(int index, Kind kind, UUID id, Optional<String> base) {
        List<MemberValue> members = List.of(
                set("Name", "name " + index),
                set("Note", "a note that says something of the item, number " + random.nextInt(1_000_000)),
                set("Amount", random.nextInt(1_000)),
                set("Price", BigDecimal.valueOf(random.nextInt(100_000), 2)),
                set("CountedAt", Instant.ofEpochMilli(1_700_000_000_000L + random.nextInt())),
                set("Open", index % 2 == 0));
        Change change =
                kind == Kind.CREATE ? new Change.Create(ITEM, id, members) : new Change.Update(ITEM, id, base, members);
        return new Step(
                index,
                ITEM.toString(),
                Optional.of(id.toString()),
                "/operations/" + index,
                new Step.Write(
                        change,
                        kind == Kind.UPDATE_UPON_VERSION ? ConflictPolicy.REJECT_STALE : ConflictPolicy.LAST_WINS,
                        RIGHTS));
    }

    private static MemberValue set(String attribute, Object value) {
        return new MemberValue.OfAttribute(MODEL.attribute(ITEM, attribute).orElseThrow(), value);
    }

    /** A rule with a constraint that everything meets. */
    private static final List<Grant> RIGHTS = List.of(new Grant(
            new Condition.Compare(
                    new Member.OfAttribute(ITEM, MODEL.attribute(ITEM, "Amount").orElseThrow(), 0),
                    Condition.Comparator.LESS,
                    new Value.Constant(ValueType.INT32, 1_000_000)),
            MemberSet.all(),
            MemberSet.all(),
            true,
            true));

    private static Violation forbidden() {
        return Violation.of(ProblemCode.ACCESS_DENIED, "No.");
    }

    /** Nanoseconds of one statement. */
    private long byHand(Kind kind) {
        UUID[] ids = ids(kind, ROWS).toArray(UUID[]::new);
        String[] names = new String[ROWS];
        String[] notes = new String[ROWS];
        Integer[] amounts = new Integer[ROWS];
        BigDecimal[] prices = new BigDecimal[ROWS];
        OffsetDateTime[] times = new OffsetDateTime[ROWS];
        Boolean[] open = new Boolean[ROWS];
        for (int i = 0; i < ROWS; i++) {
            names[i] = "name " + i;
            notes[i] = "a note that says something of the item, number " + random.nextInt(1_000_000);
            amounts[i] = random.nextInt(1_000);
            prices[i] = BigDecimal.valueOf(random.nextInt(100_000), 2);
            times[i] =
                    Instant.ofEpochMilli(1_700_000_000_000L + random.nextInt()).atOffset(ZoneOffset.UTC);
            open[i] = i % 2 == 0;
        }
        long start = System.nanoTime();
        int written = pool.preparedQuery(kind == Kind.CREATE ? INSERT : UPDATE)
                .execute(Tuple.from(new Object[] {ids, names, notes, amounts, prices, times, open}))
                .await()
                .atMost(Duration.ofMinutes(1))
                .rowCount();
        if (written != ROWS) {
            throw new IllegalStateException(written + " rows");
        }
        return System.nanoTime() - start;
    }
}
