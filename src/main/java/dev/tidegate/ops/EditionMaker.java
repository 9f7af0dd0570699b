package dev.tidegate.ops;

import dev.tidegate.connectivity.Connectivity;
import dev.tidegate.connectivity.StoreStates;
import dev.tidegate.edition.Edition;
import dev.tidegate.model.Model;
import dev.tidegate.policy.ChangeRules;
import dev.tidegate.policy.Checks;
import dev.tidegate.policy.QueryRules;
import dev.tidegate.policy.Rulebook;
import dev.tidegate.read.ObjectWriter;
import dev.tidegate.read.ReadPlans;
import dev.tidegate.store.PreparedStores;
import dev.tidegate.store.StorePools;
import jakarta.inject.Singleton;
import java.time.Clock;

/**
 * Makes what serves by a model, from what lasts whatever the model: pools, guards and circuits, what is believed of stores, the queue and
 * its workers, seals, measures.
 */
@Singleton
final class EditionMaker {
    private final LiveParts live;
    private final UploadParts uploads;
    private final DownloadParts downloads;
    private final StorePools pools;
    private final Hosting hosting;
    private final StoreStates states;
    private final Clock clock;

    EditionMaker(
            LiveParts live,
            UploadParts uploads,
            DownloadParts downloads,
            StorePools pools,
            Hosting hosting,
            StoreStates states,
            Clock clock) {
        this.live = live;
        this.uploads = uploads;
        this.downloads = downloads;
        this.pools = pools;
        this.hosting = hosting;
        this.states = states;
        this.clock = clock;
    }

    /** All its stores have to be among those that were opened at start. */
    Edition make(Rulebook rulebook) {
        Model model = rulebook.model();
        ChangeRules rules = new ChangeRules(rulebook);
        ReadPlans plans = new ReadPlans(model, new QueryRules(rulebook));
        PreparedStores prepared = new PreparedStores(model, pools::applyPool, hosting::isVerified);
        ObjectWriter writer = live.writer(model, prepared);
        return new Edition(
                rulebook,
                clock.instant(),
                new Checks(rulebook),
                live.reads(model, plans),
                live.writes(rulebook, rules, plans, writer),
                writer,
                uploads.intake(rulebook, rules),
                uploads.desk(rulebook, rules),
                uploads.ids(rulebook),
                uploads.applying(rulebook, rules, prepared),
                downloads.pulls(rulebook),
                downloads.hints(rulebook),
                new Connectivity(model, states),
                downloads.groundwork(rulebook, prepared));
    }
}
