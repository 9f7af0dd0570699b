package dev.tidegate.ops;

import dev.tidegate.observation.Observation;
import dev.tidegate.observation.Observer;
import java.util.List;
import java.util.Locale;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Writes a line for what an operator should read without looking for it; everything else is counted only. */
final class LogLines implements Observer {
    private static final int AT_ONCE = 4;
    private static final long AGAIN_NANOS = 60_000_000_000L;

    private static final Logger LOG = Logger.getLogger("dev.tidegate");
    private static final Logger INCIDENTS = Logger.getLogger("dev.tidegate.incidents");

    private volatile @Nullable Told told;

    @Override
    public void see(Observation observation) {
        switch (observation) {
            case Observation.StoreStateChanged changed -> stateChanged(changed);
            case Observation.CircuitChanged changed -> circuitChanged(changed);
            case Observation.ApplyDelayed delayed ->
                LOG.debugf("Applying in store '%s' waits: %s", delayed.store(), delayed.reason());
            case Observation.HistoryLost lost -> historyLost(lost);
            case Observation.QueueFailed failed -> queueFailed(failed.reason());
            case Observation.RequestFaulted faulted -> faulted(faulted);
            case Observation.ChangeLogsLookedAt looked -> changeLogs(looked);
            case Observation.ModelRead read -> modelRead(read);
            case Observation.WriteRepeated repeated ->
                LOG.debugf("A write in store '%s' is repeated", repeated.store());
            case Observation.Act _,
                    Observation.CallRefused _,
                    Observation.ModelServed _,
                    Observation.ReadServed _,
                    Observation.StreamEnded _,
                    Observation.LegRead _,
                    Observation.HintSent _,
                    Observation.ListeningEnded _,
                    Observation.WatchLooked _,
                    Observation.Refused _,
                    Observation.CompatibilityUsed _,
                    Observation.GroupCommitted _,
                    Observation.Forgotten _,
                    Observation.LeaseExpired _,
                    Observation.GroupApplied _,
                    Observation.FileMoved _,
                    Observation.FileCompleted _,
                    Observation.PartApplied _ -> {}
        }
    }

    /** Every call may fail for the same reason: one line a minute tells it. */
    private void queueFailed(String reason) {
        long now = System.nanoTime();
        Told before = told;
        if (before == null || !before.reason().equals(reason) || now - before.nanos() >= AGAIN_NANOS) {
            told = new Told(reason, now);
            LOG.warnf("The gateway's database fails, calls are answered queue-unavailable: %s", reason);
        }
    }

    private record Told(String reason, long nanos) {}

    private static void historyLost(Observation.HistoryLost lost) {
        switch (lost.by()) {
            case STORE ->
                LOG.warnf(
                        "Store '%s' has lost what it had confirmed, as after a restore: %d parts of batches are applied again.",
                        lost.store(), lost.parts());
            case QUEUE ->
                LOG.warnf(
                        "Store '%s' holds batches that the gateway's own database does not know, as after a restore of that: "
                                + "what comes now is applied behind them.",
                        lost.store());
        }
    }

    /** With all that is wrong: whoever has written the file looks here first. */
    private static void modelRead(Observation.ModelRead read) {
        switch (read.outcome()) {
            case LOADED -> LOG.infof("The model version %s is served from now on. %s", read.version(), read.report());
            case UNCHANGED -> LOG.infof("The model was read again and says what it said: version %s.", read.version());
            case REFUSED ->
                LOG.warnf(
                        "The model file cannot be served; the model version %s is served as before.%n%s",
                        read.version(), read.report());
        }
    }

    private static void changeLogs(Observation.ChangeLogsLookedAt looked) {
        if (!looked.repaired().isEmpty()) {
            LOG.infof("Change logs of store '%s': installed or put right: %s", looked.store(), few(looked.repaired()));
        }
        if (!looked.wanting().isEmpty()) {
            LOG.warnf(
                    "Change logs of store '%s': not as they should be: %s. Until they are, changes of these tables count as unknown.",
                    looked.store(), few(looked.wanting()));
        } else {
            LOG.infof("Change logs of store '%s' are complete.", looked.store());
        }
    }

    /** Messages of what went wrong may quote what users sent: they go to a category of their own, which is silent unless asked. */
    private static void faulted(Observation.RequestFaulted faulted) {
        LOG.errorf(
                TraceOnly.of(faulted.cause()),
                "Incident %s: request %s (%s %s, flow %s) was answered internal-error",
                faulted.incident(),
                faulted.request(),
                faulted.method(),
                faulted.pathTemplate(),
                Meters.word(faulted.flow().name()));
        INCIDENTS.debugf(faulted.cause(), "Incident %s in full", faulted.incident());
    }

    /** A line that a person reads: where all is new, there is a difference for each column. */
    static String few(List<String> words) {
        return words.size() <= AT_ONCE
                ? String.join("; ", words)
                : String.join("; ", words.subList(0, AT_ONCE)) + "; and " + (words.size() - AT_ONCE) + " more";
    }

    private static void circuitChanged(Observation.CircuitChanged changed) {
        LOG.debugf("The circuit of store '%s' is %s.", changed.store(), Meters.word(changed.to()));
    }

    private static void stateChanged(Observation.StoreStateChanged changed) {
        String from = changed.from().toLowerCase(Locale.ROOT);
        String to = changed.to().toLowerCase(Locale.ROOT);
        Logger.Level level = to.equals("up") ? Logger.Level.INFO : Logger.Level.WARN;
        LOG.logf(level, "Store '%s' is %s (was %s).", changed.store(), to, from);
    }
}
