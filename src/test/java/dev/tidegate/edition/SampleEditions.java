package dev.tidegate.edition;

import dev.tidegate.connectivity.Connectivity;
import dev.tidegate.connectivity.StoreStates;
import dev.tidegate.connectivity.Thresholds;
import dev.tidegate.download.ChangeHints;
import dev.tidegate.download.ChangeWatch;
import dev.tidegate.download.ClientBatches;
import dev.tidegate.download.KeptProblems;
import dev.tidegate.download.Pulls;
import dev.tidegate.download.SettledWatch;
import dev.tidegate.download.Settlements;
import dev.tidegate.download.StoreSnapshots;
import dev.tidegate.download.WatchPace;
import dev.tidegate.model.ClientKey;
import dev.tidegate.model.Model;
import dev.tidegate.model.StoreName;
import dev.tidegate.policy.ChangeRules;
import dev.tidegate.policy.Checks;
import dev.tidegate.policy.DownloadRules;
import dev.tidegate.policy.HintRules;
import dev.tidegate.policy.IdRules;
import dev.tidegate.policy.QueryRules;
import dev.tidegate.policy.Rulebook;
import dev.tidegate.read.Cursors;
import dev.tidegate.read.LiveReads;
import dev.tidegate.read.LiveWrites;
import dev.tidegate.read.ObjectWriter;
import dev.tidegate.read.ReadPlans;
import dev.tidegate.read.RowSource;
import dev.tidegate.seal.Seal;
import dev.tidegate.upload.Applying;
import dev.tidegate.upload.Backlog;
import dev.tidegate.upload.BatchIntake;
import dev.tidegate.upload.BatchTracker;
import dev.tidegate.upload.ChangeWriter;
import dev.tidegate.upload.DeadLetterDesk;
import dev.tidegate.upload.DeadLetters;
import dev.tidegate.upload.FileContents;
import dev.tidegate.upload.GroupCommit;
import dev.tidegate.upload.IdBlocks;
import dev.tidegate.upload.IdSource;
import dev.tidegate.upload.UploadQueue;
import dev.tidegate.upload.UploadRecords;
import io.smallrye.mutiny.Uni;
import java.lang.reflect.Proxy;
import java.time.Clock;
import java.time.Duration;
import java.util.Set;
import java.util.function.Predicate;

/** Editions that reach no database: whoever tries finds that out. */
public final class SampleEditions {
    private static final WatchPace PACE =
            new WatchPace(Duration.ofMillis(2), Duration.ofMillis(8), Duration.ofMillis(250));
    private static final int MANY = 1_000;

    private SampleEditions() {}

    /** Of the text of a model file without errors. */
    public static Edition of(String text) {
        return of(ModelLoading.ofText("model.yaml", text).rulebook().orElseThrow(), nothing());
    }

    static Groundwork nothing() {
        return _ -> Uni.createFrom().voidItem();
    }

    static Edition of(Rulebook rulebook, Groundwork groundwork) {
        Model model = rulebook.model();
        Set<StoreName> stores = Edition.storesOf(model);
        Clock clock = Clock.systemUTC();
        Seal seal = new Seal(new byte[32]);
        ChangeRules rules = new ChangeRules(rulebook);
        ReadPlans plans = new ReadPlans(model, new QueryRules(rulebook));
        ObjectWriter writer = none(ObjectWriter.class);
        UploadQueue queue = none(UploadQueue.class);
        UploadRecords records = none(UploadRecords.class);
        FileContents files = none(FileContents.class);
        return new Edition(
                rulebook,
                clock.instant(),
                new Checks(rulebook),
                new LiveReads(model, plans, none(RowSource.class), new Cursors(seal), clock, _ -> {}),
                new LiveWrites(rulebook, rules, plans, new LiveWrites.Tools(writer, clock, _ -> {}, Runnable::run)),
                writer,
                new BatchIntake(
                        rulebook,
                        rules,
                        queue,
                        new GroupCommit(
                                queue,
                                new Backlog(new Backlog.Limits(MANY, MANY, MANY, MANY)),
                                _ -> {},
                                new GroupCommit.Bounds(1, 1, 1, Duration.ZERO)),
                        records,
                        files,
                        new BatchTracker(records, clock),
                        _ -> {},
                        Runnable::run,
                        _ -> {},
                        MANY),
                new DeadLetterDesk(rulebook, rules, none(DeadLetters.class), files, _ -> {}, Runnable::run, () -> {}),
                new IdBlocks(model, new IdRules(rulebook), none(IdSource.class)),
                new Applying(rulebook, rules, none(ChangeWriter.class)),
                new Pulls(
                        model,
                        new DownloadRules(rulebook),
                        seal,
                        new Pulls.Sources(
                                none(StoreSnapshots.class), none(ClientBatches.class), none(KeptProblems.class)),
                        clock,
                        _ -> {}),
                new ChangeHints(
                        stores,
                        model,
                        new HintRules(rulebook),
                        new ChangeHints.Tools(
                                none(ChangeWatch.class), new Unsettled(), _ -> false, _ -> {}, (_, _) -> {}, PACE),
                        MANY),
                new Connectivity(model, new StoreStates(stores, new Thresholds(1, 3, 1), Duration.ofSeconds(2))),
                groundwork);
    }

    /** Nothing is ever settled. */
    private static final class Unsettled implements SettledWatch {
        @Override
        public Uni<Settlements> look(Predicate<ClientKey> listens) {
            return Uni.createFrom().nothing();
        }

        @Override
        public void rest() {}
    }

    private static <T> T none(Class<T> port) {
        return port.cast(Proxy.newProxyInstance(port.getClassLoader(), new Class<?>[] {port}, (_, method, _) -> {
            throw new UnsupportedOperationException("nothing is there to " + method.getName());
        }));
    }
}
