package dev.tidegate.outage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidegate.testing.Until;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * The long proof (src/docs/reliability.md): three gateways on two databases, killed, frozen and cut off from each other again and
 * again while many clients send. {@code -Dcrash.kills=200 -Dcrash.operations=1000000 -Dcrash.seed=…}; the seed repeats what is
 * sent and what happens, not the moments.
 */
@EnabledIfSystemProperty(named = "crash.kills", matches = "[0-9]+")
class StormIT {
    private static final int CLIENTS = 48;

    /** Without any progress for so long, something is stuck. */
    private static final Duration STUCK = Duration.ofSeconds(60);

    /** Clients wait when so many batches are acknowledged and not applied yet. */
    private static final long MOST_BEHIND = 500;

    private final int kills = Integer.getInteger("crash.kills", 0);
    private final long operations = Long.getLong("crash.operations", 5_000L * kills);
    private final long seed = Long.getLong("crash.seed", System.nanoTime());
    private final Duration patience = Duration.ofMinutes(10);
    private final long begun = System.nanoTime();
    private long progressAt = System.nanoTime();
    private long lastAcknowledged;
    private long lastWritten;

    @Test
    void nothing_is_lost_doubled_or_reordered_in_a_storm(@TempDir Path directory, @TempDir Path journals)
            throws Exception {
        System.out.println("StormIT, seed " + seed + ": " + kills + " kills, " + operations + " operations");
        try (StormSite site = StormSite.start(directory, patience);
                BatchCalls calls = site.calls()) {
            List<String> shared = site.prepare();
            try (Crowd crowd =
                    Crowd.atWork(new Crowd.Plan(CLIENTS, Habits.IN_A_STORM, seed), calls, shared, journals)) {
                Storm storm = new Storm(site, seed);
                rage(site, storm, crowd);
                site.awaitReady();
                crowd.finish();
                say("the last batch is acknowledged");
                judge(site, crowd, calls);
                say(storm.kills() + " kills, " + storm.done() + "; " + crowd.summary() + "; all as it should be");
            }
        }
    }

    /** Ends when there were enough kills and enough operations. */
    private void rage(StormSite site, Storm storm, Crowd crowd) throws Exception {
        try (BacklogWatch watch = BacklogWatch.over(site.queue, crowd, MOST_BEHIND)) {
            while (storm.kills() < kills || crowd.operations() < operations) {
                storm.tick();
                crowd.requireAllAtWork();
                long acknowledged = crowd.operations();
                requireProgress(site, acknowledged);
                boolean due = acknowledged >= (long) storm.kills() * operations / kills;
                if (storm.kills() < kills && due && storm.mayStrike()) {
                    say(storm.strike() + " (" + storm.kills() + " kills) at " + acknowledged + " operations, "
                            + lastWritten + " writes, " + watch.behind() + " batches behind");
                }
                Until.pause(Duration.ofMillis(250));
            }
        }
        storm.calm();
    }

    private void requireProgress(StormSite site, long acknowledged) throws IOException, InterruptedException {
        long written = asked(site.field, FieldStore.WRITES, lastWritten);
        if (acknowledged > lastAcknowledged || written > lastWritten) {
            progressAt = System.nanoTime();
        }
        lastAcknowledged = acknowledged;
        lastWritten = Math.max(lastWritten, written);
        if (System.nanoTime() - progressAt > STUCK.toNanos()) {
            StormFindings.write(site, "stuck at " + acknowledged + " operations, " + written + " writes");
            throw new AssertionError("nothing was acknowledged or written for " + STUCK + " (see " + StormFindings.FILE
                    + "), seed " + seed);
        }
    }

    /** What was known before, while the database is away. */
    private static long asked(StormServer server, String query, long before) {
        try (Connection connection = server.connect()) {
            return FieldStore.number(connection, query);
        } catch (SQLException away) {
            return before;
        }
    }

    private void judge(StormSite site, Crowd crowd, BatchCalls calls)
            throws SQLException, IOException, InterruptedException {
        try (Connection field = site.field.connect();
                Connection queue = site.queue.connect()) {
            Evidence evidence = new Evidence(field, queue);
            awaitSettled(site, evidence);
            say("all is settled");
            assertThat(evidence.faults(crowd.clients)).as("seed " + seed).isEmpty();
        }
        Answers answers = new Answers(crowd.clients, calls);
        answers.requireOutcomes(50);
        answers.requireErrors();
    }

    private void awaitSettled(StormSite site, Evidence evidence) throws IOException, InterruptedException {
        try {
            Until.holds("everything settled", patience.plusSeconds(120), () -> evidence.unsettled() == 0);
        } catch (AssertionError stuck) {
            StormFindings.write(site, "not settled");
            throw stuck;
        }
    }

    private void say(String what) {
        System.out.println(
                "StormIT " + Duration.ofNanos(System.nanoTime() - begun).toSeconds() + " s: " + what);
    }
}
