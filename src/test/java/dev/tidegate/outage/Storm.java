package dev.tidegate.outage;

import dev.tidegate.testing.GatewayProcess;
import dev.tidegate.testing.TcpProxy;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.function.Consumer;

/**
 * Does to a site what happens to sites: something at a time, chosen by the seed, and made good again a moment later while the
 * next may have begun. One thread; {@link #tick} does what is due.
 */
final class Storm {
    private final StormSite site;
    private final Random random;
    private final Map<Disaster, Integer> done = new EnumMap<>(Disaster.class);
    private final PriorityQueue<Repair> repairs = new PriorityQueue<>(Comparator.comparingLong(Repair::due));
    private final List<GatewayProcess> away = new ArrayList<>();
    private int kills;

    /** {@code kills}: how many processes get a SIGKILL; {@code weight}: how often it is chosen. */
    enum Disaster {
        A_GATEWAY_KILLED(1, 40),
        TWO_GATEWAYS_KILLED(2, 6),
        ALL_GATEWAYS_KILLED(3, 3),
        QUEUE_DATABASE_KILLED(1, 11),
        DATA_STORE_KILLED(1, 11),
        BOTH_DATABASES_KILLED(2, 2),
        NETWORK_CUT(0, 8),
        NETWORK_STALLED(0, 8),
        ANSWERS_HELD(0, 5),
        GATEWAY_FROZEN(0, 4),
        GATEWAY_STOPPED_IN_ORDER(0, 2);

        final int kills;
        final int weight;

        Disaster(int kills, int weight) {
            this.kills = kills;
            this.weight = weight;
        }
    }

    private record Repair(long due, Runnable work) {}

    Storm(StormSite site, long seed) {
        this.site = site;
        this.random = new Random(seed);
    }

    int kills() {
        return kills;
    }

    Map<Disaster, Integer> done() {
        return done;
    }

    /** Repairs what is due. */
    void tick() {
        while (!repairs.isEmpty() && repairs.peek().due() <= System.nanoTime()) {
            repairs.remove().work().run();
        }
    }

    /** Makes everything good, now. */
    void calm() {
        while (!repairs.isEmpty()) {
            repairs.remove().work().run();
        }
    }

    /** Whether enough is standing that the next one interrupts work. */
    boolean mayStrike() {
        return site.gateways.stream().filter(GatewayProcess::isReady).count() >= 2;
    }

    Disaster strike() throws IOException {
        Disaster disaster = choice();
        switch (disaster) {
            case A_GATEWAY_KILLED -> killGateways(1);
            case TWO_GATEWAYS_KILLED -> killGateways(2);
            case ALL_GATEWAYS_KILLED -> killGateways(3);
            case QUEUE_DATABASE_KILLED -> kill(site.queue);
            case DATA_STORE_KILLED -> kill(site.field);
            case BOTH_DATABASES_KILLED -> {
                kill(site.queue);
                kill(site.field);
            }
            case NETWORK_CUT -> disturb(TcpProxy::cut, 4_000);
            case NETWORK_STALLED -> disturb(TcpProxy::stall, 8_000);
            case ANSWERS_HELD -> disturb(TcpProxy::holdAnswers, 4_000);
            case GATEWAY_FROZEN -> freeze();
            case GATEWAY_STOPPED_IN_ORDER -> {
                GatewayProcess gateway = standing().getFirst();
                gateway.stop();
                startAgain(gateway);
            }
        }
        done.merge(disaster, 1, Integer::sum);
        return disaster;
    }

    private Disaster choice() {
        int sum = 0;
        for (Disaster one : Disaster.values()) {
            sum += one.weight;
        }
        int at = random.nextInt(sum);
        for (Disaster one : Disaster.values()) {
            at -= one.weight;
            if (at < 0) {
                return one;
            }
        }
        return Disaster.A_GATEWAY_KILLED;
    }

    private List<GatewayProcess> standing() {
        List<GatewayProcess> standing = new ArrayList<>(site.gateways);
        standing.removeAll(away);
        Collections.shuffle(standing, random);
        return standing;
    }

    private void killGateways(int most) {
        standing().stream().limit(most).forEach(gateway -> {
            gateway.kill();
            kills++;
            startAgain(gateway);
        });
    }

    private void startAgain(GatewayProcess gateway) {
        away.add(gateway);
        repair(1_500, () -> {
            gateway.launch();
            away.remove(gateway);
        });
    }

    private void kill(StormServer server) throws IOException {
        if (repairs.stream().anyMatch(repair -> repair.work() instanceof Restart(var one) && one == server)) {
            return;
        }
        server.kill();
        kills++;
        repair(1_500, new Restart(server));
    }

    private record Restart(StormServer server) implements Runnable {
        @Override
        public void run() {
            server.startAgain();
        }
    }

    private void disturb(Consumer<TcpProxy> how, int most) {
        TcpProxy network = site.networks().get(random.nextInt(site.networks().size()));
        how.accept(network);
        repair(most, network::heal);
    }

    /** Longer than a lease: what it held belongs to others when it wakes up, and it does not know. */
    private void freeze() {
        GatewayProcess gateway = standing().getFirst();
        away.add(gateway);
        StormSite.signal(gateway, "STOP");
        repair(9_000, () -> {
            StormSite.signal(gateway, "CONT");
            away.remove(gateway);
        });
    }

    private void repair(int withinMillis, Runnable work) {
        repairs.add(new Repair(System.nanoTime() + (100 + random.nextLong(withinMillis)) * 1_000_000L, work));
    }
}
