package dev.tidegate.outage;

import dev.tidegate.testing.GatewayProcess;
import dev.tidegate.testing.Until;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** Sends calls to the gateways in turn, to those only that were ready when it has looked last, as a Kubernetes service does. */
final class Balancer implements AutoCloseable {
    private static final Duration LOOK = Duration.ofMillis(500);

    private final List<GatewayProcess> all = new CopyOnWriteArrayList<>();
    private final AtomicInteger turn = new AtomicInteger();
    private final Thread looking = Thread.ofVirtual().unstarted(this::look);
    private volatile List<GatewayProcess> ready = List.of();
    private volatile boolean closed;

    Balancer() {
        looking.start();
    }

    /** One that is ready. */
    GatewayProcess add(GatewayProcess gateway) {
        all.add(gateway);
        return gateway;
    }

    void remove(GatewayProcess gateway) {
        all.remove(gateway);
        gateway.close();
    }

    GatewayProcess next() {
        List<GatewayProcess> some = ready;
        if (some.isEmpty()) {
            throw new IllegalStateException("no replica is ready");
        }
        return some.get(Math.floorMod(turn.getAndIncrement(), some.size()));
    }

    void awaitReady() {
        Until.holds("a replica that is ready", Duration.ofSeconds(10), () -> !ready.isEmpty());
    }

    private void look() {
        while (!closed) {
            ready = all.stream().filter(GatewayProcess::isReady).toList();
            Until.pause(LOOK);
        }
    }

    @Override
    public void close() {
        closed = true;
        all.forEach(GatewayProcess::close);
    }
}
