package dev.tidegate.ops;

import io.netty.channel.EventLoopGroup;
import io.quarkus.netty.MainEventLoopGroup;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Watches that every event loop still turns: each leaves a time stamp once a second. */
@Singleton
final class EventLoops {
    private final List<AtomicLong> turned = new ArrayList<>();

    void watch(@Observes StartupEvent start, @MainEventLoopGroup EventLoopGroup loops) {
        loops.forEach(loop -> {
            AtomicLong stamp = new AtomicLong(System.nanoTime());
            turned.add(stamp);
            var _ = loop.scheduleAtFixedRate(() -> stamp.set(System.nanoTime()), 1, 1, TimeUnit.SECONDS);
        });
    }

    /** For how long the slowest loop has not turned. */
    Duration stuckFor() {
        long now = System.nanoTime();
        return Duration.ofNanos(
                turned.stream().mapToLong(stamp -> now - stamp.get()).max().orElse(0));
    }
}
