package dev.tidegate.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidegate.connectivity.StoreStates;
import dev.tidegate.connectivity.Thresholds;
import dev.tidegate.model.StoreName;
import dev.tidegate.problem.ProblemCode;
import dev.tidegate.problem.Refusal;
import dev.tidegate.read.RowSource;
import dev.tidegate.sql.SqlQuery;
import dev.tidegate.testing.TcpProxy;
import dev.tidegate.testing.TestDatabase;
import dev.tidegate.testing.Until;
import io.vertx.core.Context;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgConnection;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Statements that share a connection, from one event loop, on a real store. */
class SharedLinesTest {
    private static final StoreName STORE = new StoreName("field");
    private static final int DEPTH = 4;
    private static Vertx vertx;
    private static TestDatabase database;

    private TcpProxy proxy;
    private StorePools pools;
    private StoreGuards guards;
    private RowSource source;
    private Context loop;

    @BeforeAll
    static void makeDatabase() {
        vertx = Vertx.vertx();
        database = TestDatabase.create();
    }

    @AfterAll
    static void dropDatabase() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
        database.close();
    }

    @BeforeEach
    void open() {
        open(DEPTH);
    }

    private void open(int pipelining) {
        proxy = TcpProxy.before(database);
        TestDatabase seen = database.through(proxy);
        StoreAccess access = new StoreAccess(
                PostgresUri.parse(seen.url()),
                seen.username(),
                seen.password(),
                new StoreAccess.PoolShape(
                        1, 1, pipelining, Duration.ofSeconds(2), Duration.ofMinutes(1), Optional.empty()));
        pools = StorePools.open(vertx, Map.of(STORE, access), Duration.ofMillis(500));
        StoreStates states = new StoreStates(Set.of(STORE), new Thresholds(1, 3, 1), Duration.ofSeconds(2));
        guards = new StoreGuards(
                Map.of(STORE, new CallLimits(1, 64, Duration.ofSeconds(5), 1)),
                new CircuitRules(1_000, 1, Duration.ofSeconds(5)),
                states,
                pools,
                _ -> {});
        source = new GuardedRowSource(new PgRowSource(pools, Duration.ofSeconds(2), Duration.ofSeconds(5)), guards);
        loop = vertx.getOrCreateContext();
    }

    @AfterEach
    void close() {
        pools.close();
        proxy.close();
    }

    @Test
    void many_point_reads_of_one_loop_go_over_one_connection_and_take_no_place() {
        until(this::isOpen);

        List<CompletableFuture<Object>> asked = all(Collections.nCopies(12, "SELECT pg_backend_pid()"));

        List<Object> sessions = asked.stream()
                .map(SharedLinesTest::answer)
                .map(row -> ((Object[]) row)[0])
                .toList();
        assertThat(sessions).containsOnly(sessions.getFirst());
        assertThat(((Object[]) answer(ask("SELECT pg_backend_pid() AS alone", false)))[0])
                .as("the pool's only connection")
                .isNotEqualTo(sessions.getFirst());
    }

    @Test
    void each_gets_its_own_answer_also_when_some_are_prepared_and_some_are_not() {
        until(this::isOpen);
        List<String> texts = IntStream.range(0, 40)
                .mapToObj(n -> n % 3 == 0 ? "SELECT 0" : "SELECT " + n)
                .toList();

        assertThat(all(texts).stream().map(SharedLinesTest::answer).map(row -> "SELECT " + ((Object[]) row)[0]))
                .containsExactlyElementsOf(texts);
    }

    @Test
    void who_is_held_up_behind_a_long_statement_asks_elsewhere_and_the_line_is_used_again_after_it() {
        until(this::isOpen);
        CompletableFuture<Object> slow = ask("SELECT pg_sleep(0.8)::text, 1::int4", true);
        List<CompletableFuture<Object>> behind = all(List.of("SELECT 1::int4, 0", "SELECT 2::int4, 0"));

        behind.forEach(SharedLinesTest::answer);

        assertThat(slow).as("the behind were answered before").isNotDone();
        assertThat(sharedHasRoom()).as("nobody joins it").isFalse();
        answer(slow);
        until(this::isOpen);
    }

    @Test
    void a_store_that_says_nothing_is_a_timeout_for_the_first_and_the_line_is_given_up() {
        until(this::isOpen);
        proxy.stall();

        CompletableFuture<Object> first = ask("SELECT 1::int4, 0", true);

        assertThat(refusal(first)).isEqualTo(ProblemCode.STORE_TIMEOUT);
        proxy.heal();
        until(this::isOpen);
    }

    @Test
    void a_lost_connection_is_an_unreachable_store_and_another_one_is_opened() {
        until(this::isOpen);
        CompletableFuture<Object> cut = ask("SELECT pg_sleep(5)::text, 1::int4", true);
        until(() -> database.column("SELECT 1 FROM pg_stat_activity WHERE datname = current_database()"
                                + " AND state = 'active' AND query LIKE '%pg_sleep(5)%' AND pid <> pg_backend_pid()")
                        .size()
                == 1);
        proxy.cut();

        assertThat(refusal(cut)).isEqualTo(ProblemCode.STORE_UNAVAILABLE);
        proxy.heal();
        until(this::isOpen);
    }

    @Test
    void what_has_been_quick_so_far_shares_the_line_until_it_is_not() {
        database.run("CREATE TABLE rest (seconds float8)", "INSERT INTO rest VALUES (0)");
        String text = "SELECT pg_backend_pid(), pg_sleep((SELECT seconds FROM rest))::text";
        until(this::isOpen);
        Object shared = session("SELECT pg_backend_pid()", true);
        assertThat(session(text, false)).as("not known yet").isNotEqualTo(shared);

        until(() -> session(text, false).equals(shared));
        database.run("UPDATE rest SET seconds = 0.04");

        until(() -> !session(text, false).equals(shared));
        assertThat(session(text, false)).isNotEqualTo(shared);
        assertThat(session("SELECT pg_backend_pid()", true)).isEqualTo(shared);
    }

    @Test
    void quick_ones_join_only_while_the_line_is_short() {
        until(this::isOpen);
        Pace pace = new Pace();
        IntStream.range(0, 20).forEach(_ -> pace.tookShared(3_000_000));
        CompletableFuture<Object> joined = new CompletableFuture<>();

        loop.runOnContext(_ -> {
            SharedLine line = pools.sharedLine(STORE).orElseThrow();
            int count = 0;
            for (; count < 10 && line.hasTimeFor(pace); count++) {
                var _ = line.ask(
                        new SqlQuery("SELECT 1::int4, 0", List.of(), false),
                        new @Nullable Object[0],
                        Duration.ofSeconds(2),
                        pace);
            }
            joined.complete(count);
        });

        assertThat(answer(joined)).as("of 3 ms each").isEqualTo(3);
        until(this::isOpen);
    }

    @Test
    void a_line_that_is_still_being_opened_when_all_are_closed_is_closed_too() {
        Promise<PgConnection> opening = Promise.promise();
        SharedLines lines = new SharedLines(vertx, opening::future, DEPTH);
        loop.runOnContext(_ -> lines.free());
        CompletableFuture<Object> closing = new CompletableFuture<>();
        loop.runOnContext(_ -> {
            lines.close();
            closing.complete(true);
        });
        answer(closing);
        CompletableFuture<Object> closed = new CompletableFuture<>();

        PgConnection late = PgConnection.connect(
                        vertx,
                        new PgConnectOptions()
                                .setHost(database.host())
                                .setPort(database.port())
                                .setDatabase(database.name())
                                .setUser(database.username())
                                .setPassword(database.password()))
                .toCompletionStage()
                .toCompletableFuture()
                .join();
        late.closeHandler(_ -> closed.complete(true));
        opening.complete(late);

        assertThat(answer(closed)).isEqualTo(true);
    }

    private Object session(String text, boolean point) {
        return ((Object[]) answer(ask(text, point)))[0];
    }

    @Test
    void nothing_is_shared_where_one_statement_at_a_time_is_allowed() {
        close();
        open(1);

        assertThat(answer(ask("SELECT 1::int4, 0", true))).isNotNull();
        assertThat(sharedHasRoom()).isFalse();
        assertThat(answer(ask("SELECT 1::int4, 0", true))).isNotNull();
        assertThat(sharedHasRoom()).isFalse();
    }

    private boolean isOpen() {
        answer(ask("SELECT 1::int4, 0", true));
        return sharedHasRoom();
    }

    private boolean sharedHasRoom() {
        CompletableFuture<Boolean> room = new CompletableFuture<>();
        loop.runOnContext(_ -> room.complete(pools.sharedLine(STORE).isPresent()));
        return (boolean) answer(room.thenApply(Object.class::cast));
    }

    private List<CompletableFuture<Object>> all(List<String> texts) {
        CompletableFuture<List<CompletableFuture<Object>>> asked = new CompletableFuture<>();
        // In one turn of the loop, so that they are under way together.
        loop.runOnContext(_ ->
                asked.complete(texts.stream().map(text -> askHere(text, true)).toList()));
        return asked.join();
    }

    private CompletableFuture<Object> ask(String text, boolean point) {
        CompletableFuture<CompletableFuture<Object>> asked = new CompletableFuture<>();
        loop.runOnContext(_ -> asked.complete(askHere(text, point)));
        return asked.join();
    }

    private CompletableFuture<Object> askHere(String text, boolean point) {
        return source.rows(STORE, new SqlQuery(text, List.of(), point), new @Nullable Object[0])
                .<Object>map(List::getFirst)
                .subscribe()
                .asCompletionStage();
    }

    private static Object answer(CompletableFuture<Object> asked) {
        return asked.orTimeout(20, TimeUnit.SECONDS).join();
    }

    private static ProblemCode refusal(CompletableFuture<Object> asked) {
        Throwable failure = asked.handle((_, failed) -> failed)
                .orTimeout(20, TimeUnit.SECONDS)
                .join();
        return ((Refusal) failure).problem().code();
    }

    private static void until(Callable<Boolean> condition) {
        Until.holds("so", Duration.ofSeconds(20), condition);
    }
}
