package dev.tidegate.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.tidegate.connectivity.Circuit;
import dev.tidegate.connectivity.StoreState;
import dev.tidegate.connectivity.StoreStates;
import dev.tidegate.connectivity.Thresholds;
import dev.tidegate.model.StoreName;
import dev.tidegate.observation.Observation;
import dev.tidegate.problem.Problem;
import dev.tidegate.problem.ProblemCode;
import dev.tidegate.problem.Refusal;
import dev.tidegate.testing.Until;
import dev.tidegate.upload.StoreNotReady;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import io.smallrye.mutiny.subscription.Cancellable;
import io.smallrye.mutiny.subscription.UniEmitter;
import io.vertx.pgclient.PgException;
import java.net.ConnectException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class StoreGuardsTest {
    private static final StoreName FIELD = new StoreName("field");
    private static final StoreName BILLING = new StoreName("billing");
    private static final Duration SOON = Duration.ofSeconds(10);
    private static final Duration OPEN_FOR = Duration.ofMillis(150);
    private static final int PLACES = 4;

    private final StoreStates states =
            new StoreStates(Set.of(FIELD, BILLING), new Thresholds(1, 3, 1), Duration.ofSeconds(2));
    private final List<Observation> seen = new CopyOnWriteArrayList<>();
    private final AtomicInteger pings = new AtomicInteger();
    private StoreGuards guards = guards(Duration.ofMinutes(10));

    private StoreGuards guards(Duration openFor) {
        return new StoreGuards(
                Map.of(
                        FIELD, new CallLimits(PLACES, 0, SOON, 1),
                        BILLING, new CallLimits(PLACES, 2, Duration.ofMillis(100), 1)),
                new CircuitRules(4, 0.5, openFor),
                states,
                _ -> Uni.createFrom().voidItem().invoke(pings::incrementAndGet),
                seen::add);
    }

    @Nested
    class Places {
        @Test
        void an_outcome_comes_as_it_is() {
            assertThat(await(guards.guard(FIELD, () -> Uni.createFrom().item("row"))))
                    .isEqualTo("row");
        }

        @Test
        void nothing_is_called_before_somebody_wants_the_outcome() {
            AtomicInteger called = new AtomicInteger();
            Uni<Integer> call = guards.guard(FIELD, () -> Uni.createFrom().item(called.incrementAndGet()));

            assertThat(called).hasValue(0);
            assertThat(await(call)).isEqualTo(1);
            assertThat(await(call)).isEqualTo(2);
        }

        @Test
        void a_store_with_all_places_taken_refuses_at_once_and_another_does_not_notice() {
            List<UniEmitter<? super String>> hanging = hang(FIELD, PLACES);

            assertThat(problem(() ->
                            await(guards.guard(FIELD, () -> Uni.createFrom().item("row")))))
                    .isEqualTo(Problem.retryable(
                            ProblemCode.STORE_UNAVAILABLE,
                            "Data store 'field' is busy with other calls. Try again soon.",
                            Duration.ofSeconds(1)));
            assertThat(await(guards.guard(BILLING, () -> Uni.createFrom().item("row"))))
                    .isEqualTo("row");
            assertThat(states.of(FIELD)).isEqualTo(StoreState.UNPROBED);
            assertThat(seen).contains(new Observation.CallRefused(FIELD, Observation.CallRefused.Reason.FULL));

            hanging.getFirst().complete("late");
            assertThat(await(guards.guard(FIELD, () -> Uni.createFrom().item("row"))))
                    .isEqualTo("row");
        }

        @Test
        void who_comes_when_all_are_taken_waits_in_a_row_and_gets_the_next_one() {
            List<UniEmitter<? super String>> hanging = hang(BILLING, PLACES);
            List<String> order = new CopyOnWriteArrayList<>();
            for (String name : List.of("first", "second")) {
                guards.guard(BILLING, () -> Uni.createFrom().item(order.add(name)))
                        .subscribe()
                        .with(_ -> {}, failure -> order.add(failure.toString()));
            }
            assertThat(order).isEmpty();
            assertThat(guards.callsWaiting(BILLING)).isEqualTo(2);

            hanging.getFirst().complete("done");
            assertThat(order).containsExactly("first", "second");
            assertThat(guards.callsUnderWay(BILLING)).isEqualTo(PLACES - 1);
        }

        @Test
        void nobody_waits_for_longer_than_a_while_and_no_more_than_a_few_wait() {
            hang(BILLING, PLACES);
            Uni<String> call = guards.guard(BILLING, () -> Uni.createFrom().item("row"));
            List<CompletableFuture<String>> waiting =
                    List.of(call.subscribeAsCompletionStage(), call.subscribeAsCompletionStage());

            assertThat(problem(() -> call.subscribeAsCompletionStage().getNow(""))
                            .detail())
                    .contains("busy");
            assertThat(waiting).noneMatch(CompletableFuture::isDone);
            waiting.forEach(late -> assertThat(problem(late::join).detail()).contains("busy"));
            assertThat(guards.callsWaiting(BILLING)).isZero();
            assertThat(guards.callsUnderWay(BILLING)).isEqualTo(PLACES);
            assertThat(states.of(BILLING)).isEqualTo(StoreState.UNPROBED);
        }

        @Test
        void who_goes_away_while_waiting_leaves_the_queue() {
            List<UniEmitter<? super String>> hanging = hang(BILLING, PLACES);
            AtomicInteger called = new AtomicInteger();
            guards.guard(BILLING, () -> Uni.createFrom().item(called.incrementAndGet()))
                    .subscribe()
                    .with(_ -> {}, _ -> {})
                    .cancel();
            assertThat(guards.callsWaiting(BILLING)).isZero();

            hanging.forEach(call -> call.complete("done"));
            assertThat(called).hasValue(0);
            assertThat(guards.callsUnderWay(BILLING)).isZero();
        }

        @Test
        void who_waited_while_the_store_went_down_is_refused() {
            List<UniEmitter<? super String>> hanging = hang(BILLING, PLACES);
            CompletableFuture<String> waiting =
                    guards.guard(BILLING, () -> Uni.createFrom().item("row")).subscribeAsCompletionStage();
            for (int i = 0; i < 3; i++) {
                states.failed(BILLING);
            }
            hanging.forEach(call -> call.complete("done"));

            assertThat(problem(waiting::join).code()).isEqualTo(ProblemCode.STORE_UNAVAILABLE);
            assertThat(guards.callsUnderWay(BILLING)).isZero();
        }

        /** Many come, go, give up and are served at once: at the end every place is free. */
        @Test
        void no_place_is_ever_lost() throws InterruptedException {
            long seed = System.nanoTime();
            AtomicInteger most = new AtomicInteger();
            AtomicInteger running = new AtomicInteger();
            Thread[] crowd = new Thread[8];
            for (int t = 0; t < crowd.length; t++) {
                Random random = new Random(seed + t);
                crowd[t] = Thread.ofPlatform().start(() -> {
                    for (int i = 0; i < 2_000; i++) {
                        Cancellable call = guards.guard(
                                        BILLING,
                                        () -> Uni.createFrom()
                                                .item(1)
                                                .invoke(() ->
                                                        most.accumulateAndGet(running.incrementAndGet(), Math::max))
                                                .emitOn(Infrastructure.getDefaultWorkerPool())
                                                .onTermination()
                                                .invoke(() -> running.decrementAndGet()))
                                .subscribe()
                                .with(_ -> {}, _ -> {});
                        if (random.nextInt(3) == 0) {
                            call.cancel();
                        }
                    }
                });
            }
            for (Thread thread : crowd) {
                thread.join();
            }

            Until.holds("all places free, seed " + seed, SOON, () -> guards.callsUnderWay(BILLING) == 0);
            assertThat(guards.callsWaiting(BILLING)).isZero();
            assertThat(most.get()).isBetween(1, PLACES);
            assertThat(states.circuit(BILLING)).isEqualTo(Circuit.CLOSED);
        }

        @Test
        void however_a_call_ends_its_place_is_free_again() {
            for (int i = 0; i < 10 * PLACES; i++) {
                Uni<String> call = i % 2 == 0
                        ? guards.guard(FIELD, () -> Uni.createFrom().failure(new IllegalArgumentException("mine")))
                        : guards.guard(FIELD, () -> {
                            throw new IllegalArgumentException("mine");
                        });
                assertThatThrownBy(() -> await(call)).hasMessage("mine");
            }
            assertThat(guards.callsUnderWay(FIELD)).isZero();
        }

        @Test
        void a_call_that_its_client_gave_up_keeps_its_place_until_the_store_is_done_with_it() {
            List<UniEmitter<? super String>> begun = new ArrayList<>();
            guards.guard(FIELD, () -> Uni.createFrom().<String>emitter(begun::add))
                    .subscribe()
                    .with(_ -> {}, _ -> {})
                    .cancel();
            assertThat(guards.callsUnderWay(FIELD)).isEqualTo(1);

            begun.getFirst().complete("for nobody");
            assertThat(guards.callsUnderWay(FIELD)).isZero();
        }
    }

    @Nested
    class TheCircuit {
        @Test
        void opens_when_too_many_calls_fail_and_the_store_is_down_then() {
            fail(FIELD, 4, new TimeoutException());

            assertThat(states.circuit(FIELD)).isEqualTo(Circuit.OPEN);
            assertThat(states.of(FIELD)).isEqualTo(StoreState.DOWN);
            assertThat(problem(() ->
                            await(guards.guard(FIELD, () -> Uni.createFrom().item("row")))))
                    .isEqualTo(Problem.retryable(
                            ProblemCode.STORE_UNAVAILABLE,
                            "Data store 'field' is down at the moment. Try again later; offline batches are taken"
                                    + " meanwhile.",
                            Duration.ofMinutes(10)));
            assertThat(states.circuit(BILLING)).isEqualTo(Circuit.CLOSED);
            assertThat(seen).contains(new Observation.CircuitChanged(FIELD, "OPEN"));
        }

        @Test
        void counts_what_is_the_stores_and_not_what_is_the_requests_own() {
            fail(FIELD, 20, new PgException("division by zero", "ERROR", "22012", ""));
            fail(FIELD, 20, new IllegalStateException("a bug"));
            fail(FIELD, 20, StoreFailures.full(FIELD));
            assertThat(states.circuit(FIELD)).isEqualTo(Circuit.CLOSED);

            fail(FIELD, 4, new PgException("out of memory", "ERROR", "53200", ""));
            assertThat(states.circuit(FIELD)).isEqualTo(Circuit.OPEN);
        }

        @Test
        void counts_failures_that_were_translated_before() {
            fail(FIELD, 2, StoreFailures.translated(FIELD, new ConnectException("refused")));
            fail(FIELD, 2, new StoreNotReady("sqlstate-53300", new PgException("full", "FATAL", "53300", "")));

            assertThat(states.circuit(FIELD)).isEqualTo(Circuit.OPEN);
        }

        @Test
        void lets_exactly_one_call_try_when_it_half_opens_and_closes_after_its_success() {
            halfOpen();

            UniEmitter<? super String> trying = hang(FIELD, 1).getFirst();
            assertThat(states.of(FIELD)).isEqualTo(StoreState.SUSPECT);
            AtomicInteger called = new AtomicInteger();
            for (int i = 0; i < 3; i++) {
                assertThat(problem(() -> await(guards.guard(
                                        FIELD, () -> Uni.createFrom().item(called.incrementAndGet()))))
                                .retryAfter())
                        .contains(Duration.ofSeconds(1));
            }
            assertThat(called).hasValue(0);

            trying.complete("row");
            assertThat(states.circuit(FIELD)).isEqualTo(Circuit.CLOSED);
            assertThat(states.of(FIELD).isUsable()).isTrue();
            assertThat(await(guards.guard(FIELD, () -> Uni.createFrom().item("row"))))
                    .isEqualTo("row");
        }

        @Test
        void opens_again_when_the_trying_call_fails() {
            halfOpen();

            fail(FIELD, 1, new TimeoutException());
            assertThat(changes()).startsWith("OPEN", "HALF_OPEN", "OPEN");
        }

        @Test
        void is_tried_by_a_probe_when_no_call_comes() {
            halfOpen();

            Until.holds("closed by a probe", SOON, () -> {
                await(guards.ping(FIELD));
                states.succeeded(FIELD);
                return states.circuit(FIELD) == Circuit.CLOSED;
            });
            assertThat(states.of(FIELD)).isEqualTo(StoreState.UP);
        }

        @Test
        void is_not_tried_by_a_probe_while_a_call_does() {
            halfOpen();
            UniEmitter<? super String> trying = hang(FIELD, 1).getFirst();

            AtomicInteger rounds = new AtomicInteger();
            long begin = System.nanoTime();
            Until.holds("longer half-open than a probe would wait", SOON, () -> {
                rounds.incrementAndGet();
                await(guards.ping(FIELD));
                return System.nanoTime() - begin > 3 * OPEN_FOR.toNanos();
            });
            assertThat(pings).as("one ping for each probe, none that tries").hasValue(rounds.get());
            assertThat(states.circuit(FIELD)).isEqualTo(Circuit.HALF_OPEN);

            trying.fail(new TimeoutException());
            assertThat(changes()).startsWith("OPEN", "HALF_OPEN", "OPEN");
        }

        @Test
        void begins_anew_when_probes_find_a_store_that_they_had_lost() {
            List<UniEmitter<? super String>> old = new ArrayList<>();
            for (int i = 0; i < PLACES; i++) {
                guards.guard(FIELD, () -> Uni.createFrom().<String>emitter(old::add))
                        .subscribe()
                        .with(_ -> {}, _ -> {});
            }
            states.failed(FIELD);
            states.failed(FIELD);
            states.failed(FIELD);
            assertThat(problem(() -> await(
                                    guards.guard(FIELD, () -> Uni.createFrom().item("row"))))
                            .code())
                    .isEqualTo(ProblemCode.STORE_UNAVAILABLE);

            states.succeeded(FIELD);
            // What was under way in the store that was lost says nothing about the one that was found.
            old.forEach(call -> call.fail(new ConnectException("gone")));
            assertThat(states.circuit(FIELD)).isEqualTo(Circuit.CLOSED);
            assertThat(await(guards.guard(FIELD, () -> Uni.createFrom().item("row"))))
                    .isEqualTo("row");
        }

        @Test
        void that_calls_have_opened_closes_at_once_when_the_store_was_away_and_is_found() {
            for (int i = 0; i < 4; i++) {
                var _ = catchThrowable(() ->
                        await(guards.guard(FIELD, () -> Uni.createFrom().failure(new ConnectException("refused")))));
            }
            assertThat(states.circuit(FIELD)).isEqualTo(Circuit.OPEN);

            states.failed(FIELD);
            states.succeeded(FIELD);
            assertThat(await(guards.guard(FIELD, () -> Uni.createFrom().item("row"))))
                    .isEqualTo("row");
        }

        @Test
        void stands_before_the_gateways_own_work_too_and_leaves_its_failures_as_they_are() {
            StoreNotReady failure = new StoreNotReady("timeout", new TimeoutException());
            for (int i = 0; i < 4; i++) {
                assertThat(catchThrowable(() -> await(
                                guards.attempt(FIELD, () -> Uni.createFrom().failure(failure)))))
                        .isSameAs(failure);
            }

            assertThat(states.circuit(FIELD)).isEqualTo(Circuit.OPEN);
            assertThat(problem(() -> await(
                                    guards.attempt(FIELD, () -> Uni.createFrom().item("done"))))
                            .code())
                    .isEqualTo(ProblemCode.STORE_UNAVAILABLE);
        }
    }

    @Nested
    class Streams {
        @Test
        void hold_their_place_to_their_end_and_leave_room_for_short_calls() {
            StreamPermit permit = open();
            permit.answered();

            assertThat(problem(() -> open()).detail()).contains("busy");
            assertThat(await(guards.guard(FIELD, () -> Uni.createFrom().item("row"))))
                    .isEqualTo("row");
            assertThat(guards.callsUnderWay(FIELD)).isEqualTo(1);

            permit.close();
            assertThat(guards.callsUnderWay(FIELD)).isZero();
            open();
        }

        @Test
        void give_one_place_back_however_often_they_end() {
            StreamPermit first = open();
            first.answered();
            first.close();
            StreamPermit second = open();
            first.close();

            assertThat(guards.callsUnderWay(FIELD)).isEqualTo(1);
            assertThat(problem(() -> open()).detail()).contains("busy");
            second.close();
        }

        @Test
        void take_no_place_before_somebody_wants_it() {
            Uni<StreamPermit> entering = guards.enterStream(FIELD);

            assertThat(guards.callsUnderWay(FIELD)).isZero();
            await(entering);
            assertThat(guards.callsUnderWay(FIELD)).isEqualTo(1);
        }

        @Test
        void tell_the_circuit_of_their_beginning() {
            for (int i = 0; i < 4; i++) {
                fail(open(), new TimeoutException());
            }
            assertThat(states.circuit(FIELD)).isEqualTo(Circuit.OPEN);
            assertThat(problem(() -> open()).code()).isEqualTo(ProblemCode.STORE_UNAVAILABLE);
        }

        @Test
        void tell_nothing_of_what_comes_after_their_beginning() {
            for (int i = 0; i < 4; i++) {
                StreamPermit permit = open();
                permit.answered();
                fail(permit, new TimeoutException());
            }
            assertThat(states.circuit(FIELD)).isEqualTo(Circuit.CLOSED);
        }

        @Test
        void may_be_the_one_that_tries_and_prove_it_by_their_first_item() {
            halfOpen();

            StreamPermit permit = open();
            assertThat(states.circuit(FIELD)).isEqualTo(Circuit.HALF_OPEN);
            permit.answered();
            assertThat(states.circuit(FIELD)).isEqualTo(Circuit.CLOSED);
        }

        @Test
        void that_nobody_waited_for_prove_no_recovery() {
            halfOpen();

            open().close();

            assertThat(changes()).startsWith("OPEN", "HALF_OPEN", "OPEN");
            assertThat(guards.callsUnderWay(FIELD)).isZero();
        }

        @Test
        void that_are_refused_take_no_place() {
            halfOpen();
            UniEmitter<? super String> trying = hang(FIELD, 1).getFirst();

            assertThat(problem(() -> open()).detail()).contains("one call at a time");
            assertThat(guards.callsUnderWay(FIELD)).isEqualTo(1);
            trying.complete("row");
            open();
        }

        private StreamPermit open() {
            return await(guards.enterStream(FIELD));
        }

        private static void fail(StreamPermit permit, Throwable failure) {
            permit.failed(failure);
            permit.close();
        }
    }

    private void halfOpen() {
        guards = guards(OPEN_FOR);
        fail(FIELD, 4, new TimeoutException());
        Until.holds("half-open", SOON, () -> states.circuit(FIELD) == Circuit.HALF_OPEN);
    }

    private List<String> changes() {
        return seen.stream()
                .filter(Observation.CircuitChanged.class::isInstance)
                .map(changed -> ((Observation.CircuitChanged) changed).to())
                .toList();
    }

    private List<UniEmitter<? super String>> hang(StoreName store, int calls) {
        List<UniEmitter<? super String>> hanging = new ArrayList<>();
        for (int i = 0; i < calls; i++) {
            guards.guard(store, () -> Uni.createFrom().<String>emitter(hanging::add))
                    .subscribe()
                    .with(_ -> {}, _ -> {});
        }
        assertThat(hanging).hasSize(calls);
        return hanging;
    }

    private void fail(StoreName store, int calls, Throwable failure) {
        for (int i = 0; i < calls; i++) {
            assertThat(catchThrowable(() ->
                            await(guards.guard(store, () -> Uni.createFrom().failure(failure)))))
                    .isNotNull();
        }
    }

    private static Problem problem(Runnable call) {
        return Optional.ofNullable(catchThrowable(call::run))
                .map(failure -> failure instanceof CompletionException ? failure.getCause() : failure)
                .filter(Refusal.class::isInstance)
                .map(Refusal.class::cast)
                .orElseThrow()
                .problem();
    }

    private static <T> T await(Uni<T> uni) {
        return uni.await().atMost(SOON);
    }
}
