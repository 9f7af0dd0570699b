package dev.tidegate.ops;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidegate.testing.Until;
import io.quarkus.runtime.ShutdownEvent;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ClockworkTest {
    private static final Duration SOON = Duration.ofSeconds(20);
    private final Vertx vertx = Vertx.vertx();
    private final Clockwork clockwork = new Clockwork(vertx);
    private final AtomicInteger rounds = new AtomicInteger();

    @AfterEach
    void close() {
        vertx.close();
    }

    @Test
    void work_is_done_again_and_again() {
        clockwork.every(1, rounds::incrementAndGet);

        Until.holds("several rounds", SOON, () -> rounds.get() > 3);
    }

    @Test
    void work_is_done_once_also_without_a_pause() throws InterruptedException {
        CountDownLatch done = new CountDownLatch(1);

        clockwork.after(0, done::countDown);

        assertThat(done.await(20, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void nothing_begins_after_the_stop() throws InterruptedException {
        CountDownLatch later = new CountDownLatch(1);
        clockwork.every(1, rounds::incrementAndGet);
        clockwork.after(2, rounds::incrementAndGet);
        clockwork.stop(new ShutdownEvent());
        int before = rounds.get();

        vertx.setTimer(50, _ -> later.countDown());

        assertThat(later.await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(rounds.get()).isLessThanOrEqualTo(before + 1);
    }
}
