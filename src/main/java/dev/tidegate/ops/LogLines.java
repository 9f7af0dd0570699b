package dev.tidegate.ops;

import dev.tidegate.observation.Observation;
import dev.tidegate.observation.Observer;
import java.util.List;
import java.util.Locale;
import org.jboss.logging.Logger;

/** Writes a line for what an operator should read without looking for it; everything else is counted only. */
final class LogLines implements Observer {
    private static final int AT_ONCE = 4;

    private static final Logger LOG = Logger.getLogger("dev.tidegate");
    private static final Logger AUDIT = Logger.getLogger("tidegate.audit");
    private static final int LONGEST = 500;

    @Override
    public void see(Observation observation) {
        switch (observation) {
            case Observation.StoreStateChanged changed -> stateChanged(changed);
            case Observation.CircuitChanged changed -> circuitChanged(changed);
            case Observation.ApplyDelayed delayed ->
                LOG.debugf("Applying in store '%s' waits: %s", delayed.store(), delayed.reason());
            case Observation.RequestFaulted faulted ->
                LOG.errorf(faulted.cause(), "Incident %s: a request was answered internal-error", faulted.incident());
            case Observation.ChangeLogsLookedAt looked -> changeLogs(looked);
            case Observation.WriteRepeated repeated ->
                LOG.debugf("A write in store '%s' is repeated", repeated.store());
            case Observation.DeskUsed used ->
                AUDIT.infof(
                        "action=%s actor=%s error=%s corrected=%s",
                        Meters.word(used.action().name()), quoted(used.actor()), used.error(), used.corrected());
            case Observation.OperatorCallRefused refused ->
                AUDIT.warnf(
                        "action=refused actor=%s method=%s path=%s",
                        quoted(refused.actor()), refused.method(), quoted(refused.path()));
            case Observation.CallRefused _,
                    Observation.ReadServed _,
                    Observation.WriteServed _,
                    Observation.StreamEnded _,
                    Observation.LegRead _,
                    Observation.HintSent _,
                    Observation.ListeningEnded _,
                    Observation.WatchLooked _,
                    Observation.Refused _,
                    Observation.BatchAccepted _,
                    Observation.CompatibilityUsed _,
                    Observation.GroupCommitted _,
                    Observation.Forgotten _,
                    Observation.LeaseExpired _,
                    Observation.OperationSettled _,
                    Observation.GroupApplied _,
                    Observation.FileMoved _,
                    Observation.FileCompleted _,
                    Observation.PartApplied _ -> {}
        }
    }

    /** What somebody outside has chosen, so that it cannot pass for anything else in the line, nor for another line. */
    private static String quoted(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        text.codePoints().limit(LONGEST).forEach(c -> {
            if (c < ' ' || c == '"' || c == '\\' || (c >= 0x7F && !Character.isLetterOrDigit(c))) {
                quoted.append(String.format(Locale.ROOT, "\\u{%x}", c));
            } else {
                quoted.appendCodePoint(c);
            }
        });
        return quoted.append('"').toString();
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
