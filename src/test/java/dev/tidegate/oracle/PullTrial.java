package dev.tidegate.oracle;

import dev.tidegate.download.Download;
import dev.tidegate.download.Pull;
import dev.tidegate.download.PullLine;
import dev.tidegate.download.Pulls;
import dev.tidegate.model.EntityName;
import dev.tidegate.model.Model;
import dev.tidegate.model.RoleName;
import dev.tidegate.policy.Caller;
import dev.tidegate.problem.ProblemCode;
import dev.tidegate.problem.Refusal;
import dev.tidegate.testing.MovingClock;
import dev.tidegate.testing.TestDatabase;
import dev.tidegate.testing.Until;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * One generated store with writers, devices that pull, and gateways that come and go. All of it happens in one order that follows from
 * the seed: between any two pieces of a download anything may happen.
 */
final class PullTrial implements AutoCloseable {
    private static final List<Duration> STRIDES = List.of(
            Duration.ofMillis(1),
            Duration.ofSeconds(20),
            Duration.ofMinutes(7),
            Duration.ofHours(5),
            Duration.ofDays(1),
            Duration.ofDays(3),
            Duration.ofDays(40),
            Duration.ofHours(-1));
    private static final int DEVICES = 5;
    private static final int MOST_PIECES = 60;

    private final long seed;
    private final Dice dice;
    private final PullTally tally = new PullTally();
    private final TestDatabase database;
    private final PulledStore store;
    private final RegimeMaker regimes;
    private final RawTables raw;
    private final Witness witness;
    private final Writers writers;
    private final List<PullDevice> devices = new ArrayList<>();
    private Regime regime;
    private Pulls pulls;
    private boolean lookDue;

    PullTrial(long seed, Vertx vertx) {
        this.seed = seed;
        this.dice = Dice.of(seed, -2);
        String schema = "w" + Long.toHexString(seed);
        Model structure = ModelMaker.model(dice, schema);
        Values values = new Values(dice, structure, MovingClock.BEGIN);
        World world = WorldMaker.world(dice, structure, values, MovingClock.BEGIN);
        this.database = TestDatabase.create();
        // To plan a statement takes longer here than to run it.
        database.set("plan_cache_mode", "force_generic_plan");
        this.store = new PulledStore(vertx, database);
        Tables.create(world, schema, database);
        WriteMaker maker = new WriteMaker(dice, world, values, schema);
        database.run(maker.preparation().toArray(String[]::new));
        this.regimes = new RegimeMaker(dice, world, values);
        this.raw = new RawTables(structure);
        this.witness = new Witness(raw.statement());
        this.writers = new Writers(dice, maker, database, schema);
        this.regime = regimes.first();
        this.pulls = pulls();
        look();
        for (int i = 0; i < DEVICES; i++) {
            devices.add(device("device " + i, structure));
        }
    }

    private PullDevice device(String name, Model structure) {
        Optional<Set<EntityName>> entities = dice.percent(75)
                ? Optional.empty()
                : Optional.of(new HashSet<>(dice.some(structure.entities().keySet(), dice.between(1, 3))));
        return new PullDevice(name, structure, caller(dice.any(ModelMaker.CALLERS)), entities, dice.percent(75));
    }

    private Caller caller(String name) {
        List<RoleName> roles = dice.percent(30)
                ? List.of(ModelMaker.ROLES.getFirst())
                : dice.some(ModelMaker.ROLES.subList(1, ModelMaker.ROLES.size()), dice.between(1, 3));
        return new Caller(name, Set.copyOf(roles), dice.any(Zones.ALL));
    }

    /** As a gateway that has started just now. */
    private Pulls pulls() {
        return store.gateway(regime.model(), witness::over);
    }

    private void look() {
        if (!store.look(regime.model()).isEmpty()) {
            // Who writes stands in the way.
            writers.settle();
            List<String> wanting = store.look(regime.model());
            if (!wanting.isEmpty()) {
                throw new IllegalStateException(String.join("; ", wanting));
            }
        }
        lookDue = false;
        writers.note("-- the change logs are looked after");
    }

    /** Rounds, each of which ends with a device that has come to the end of a download. */
    PullTally run(int rounds) {
        tally.stores++;
        try {
            while (tally.rounds < rounds && tally.failures().isEmpty()) {
                happen();
                dice.some(devices, dice.any(1, 2, 3)).forEach(this::pull);
            }
        } catch (RuntimeException broken) {
            throw new IllegalStateException("-Dpulls.case=" + seed + "\n    " + writers.trail(), broken);
        }
        tally.add(writers);
        return tally;
    }

    private void happen() {
        for (int i = dice.any(0, 1, 2, 3, 5, 8, 13); i > 0; i--) {
            writers.step();
        }
        if (dice.percent(30)) {
            stride();
        }
        if (lookDue && dice.percent(60)) {
            look();
        }
        if (dice.percent(3)) {
            startAgain();
        }
        if (dice.percent(4)) {
            PullDevice device = dice.any(devices);
            device.become(caller(device.caller().name()));
            writers.note("-- " + device.name + " is " + device.caller());
        }
        if (dice.percent(1)) {
            sleepForMonths();
        }
    }

    private void stride() {
        store.clock.move(dice.any(STRIDES).plusNanos(dice.upTo(1000) * 1000L));
        writers.note("-- it is " + store.clock.instant());
    }

    private void startAgain() {
        if (dice.percent(70)) {
            regime = regimes.after(regime);
            tally.regimes++;
            writers.note("-- another model: " + regime.model().version());
        }
        pulls = pulls();
        if (dice.percent(80)) {
            look();
        } else {
            lookDue = true;
        }
    }

    /** All that the logs hold is of two months ago; perhaps it is forgotten. */
    private void sleepForMonths() {
        writers.settle();
        PulledStore.age(database, Duration.ofDays(60));
        boolean forget = dice.percent(50);
        if (forget) {
            store.forget(Duration.ofDays(30));
            // Nobody is in a transaction for two months, in other databases of the server neither.
            Until.holds(
                    "all transactions of that time have ended",
                    PulledStore.PATIENCE,
                    () -> "t"
                            .equals(database.value(
                                    "SELECT pg_snapshot_xmin(pg_current_snapshot()) > coalesce(max(pruned_xid), '0')"
                                            + " FROM tidegate.log")));
        }
        look();
        writers.note("-- two months later" + (forget ? ", all is forgotten" : ""));
    }

    private void pull(PullDevice device) {
        writers.note("-- " + device.name + " pulls");
        Pull pull = pulls.begin(device.request(regime));
        for (int pieces = 0; ; pieces++) {
            int most = dice.any(1, 3, 20, 100, 1000, 1000, 1000);
            Optional<Download.Piece> piece = piece(device, pull, most);
            if (piece.isEmpty()) {
                device.beginAgain();
                tally.expired++;
                pull = pulls.begin(device.request(regime));
                continue;
            }
            boolean lost = dice.percent(10);
            if (!lost) {
                device.take(piece.get());
                note(piece.get());
                if (piece.get().last()) {
                    compare(device);
                    return;
                }
            }
            boolean still = pieces > MOST_PIECES;
            Pulls before = pulls;
            if (!still && dice.percent(30)) {
                happen();
            }
            if (lost || before != pulls || dice.percent(8)) {
                tally.drops++;
                writers.note("-- the connection of " + device.name + " breaks" + (lost ? ", the piece is lost" : ""));
                if (!still && dice.percent(25)) {
                    return;
                }
                pull = pulls.begin(device.request(regime));
            }
        }
    }

    /** None where the cursor has expired. */
    private Optional<Download.Piece> piece(PullDevice device, Pull pull, int most) {
        try {
            tally.pieces++;
            return Optional.of((dice.percent(50) ? pull.next(most) : pull.page(most))
                    .await()
                    .atMost(PulledStore.PATIENCE));
        } catch (Refusal refusal) {
            if (refusal.problem().code() != ProblemCode.CURSOR_EXPIRED) {
                throw refusal;
            }
            writers.note("-- the cursor of " + device.name + " has expired");
            return Optional.empty();
        }
    }

    private void note(Download.Piece piece) {
        int puts = 0;
        int removes = 0;
        int retains = 0;
        for (PullLine line : piece.lines()) {
            puts += line instanceof PullLine.Put ? 1 : 0;
            removes += line instanceof PullLine.Remove ? 1 : 0;
            retains += line instanceof PullLine.Retain ? 1 : 0;
        }
        tally.puts += puts;
        tally.removes += removes;
        tally.retains += retains;
        writers.note("-- takes " + puts + " puts, " + removes + " removes, " + retains + " retains"
                + (piece.last() ? ", the last" : ""));
    }

    private void compare(PullDevice device) {
        if (!device.isComplete()) {
            tally.unavailable++;
            if (!lookDue && !writers.isAlone()) {
                tally.fail("\n-Dpulls.case=" + seed + " round " + tally.rounds + ": the store is not there\n    "
                        + writers.trail());
            }
            return;
        }
        tally.rounds++;
        RawTables.Moment moment = raw.moment(witness.seen(), regime.rules(), store.clock.instant());
        Map<EntityName, Map<String, DownloadOracle.Copy>> expected =
                new DownloadOracle(regime).held(moment, device.asker(), device.current());
        expected.forEach((entity, copies) -> {
            if (device.asksFor(entity)) {
                count(moment, entity, copies);
                if (!copies.equals(device.held(entity))) {
                    tally.fail(difference(device, entity, copies));
                }
            }
        });
    }

    private void count(RawTables.Moment moment, EntityName entity, Map<String, DownloadOracle.Copy> copies) {
        long all = moment.world().in(entity).stream()
                .filter(thing -> thing.own().filter(entity::equals).isPresent())
                .count();
        tally.sets++;
        tally.objects += copies.size();
        tally.some += !copies.isEmpty() && copies.size() < all ? 1 : 0;
    }

    private String difference(PullDevice device, EntityName entity, Map<String, DownloadOracle.Copy> expected) {
        StringBuilder text = new StringBuilder("\n-Dpulls.case=" + seed + " round " + tally.rounds + ": " + device.name
                + " " + device.asker() + " current " + device.current() + ", " + entity + " as "
                + regime.profile().sync().get(entity) + " of model "
                + regime.model().version() + "\n"
                + regime.rules().stream()
                        .map(World.Rule::rule)
                        .filter(rule -> rule.entity().equals(entity)
                                && rule.roles().stream().anyMatch(device.asker().roles()::contains))
                        .toList()
                + "\n    " + writers.trail());
        Set<String> ids = new HashSet<>(expected.keySet());
        ids.addAll(device.held(entity).keySet());
        for (String id : ids) {
            if (!Objects.equals(expected.get(id), device.held(entity).get(id))) {
                text.append("\n  ").append(id).append("\n    expected ").append(expected.get(id));
                text.append("\n    device   ").append(device.held(entity).get(id));
            }
        }
        return text.toString();
    }

    @Override
    public void close() {
        writers.close();
        store.close();
        database.close();
    }
}
