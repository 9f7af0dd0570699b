package dev.tidegate.edition;

import dev.tidegate.connectivity.Connectivity;
import dev.tidegate.download.ChangeHints;
import dev.tidegate.download.Pulls;
import dev.tidegate.model.Entity;
import dev.tidegate.model.Model;
import dev.tidegate.model.StoreName;
import dev.tidegate.policy.Checks;
import dev.tidegate.policy.Rulebook;
import dev.tidegate.read.LiveReads;
import dev.tidegate.read.LiveWrites;
import dev.tidegate.read.ObjectWriter;
import dev.tidegate.upload.Applying;
import dev.tidegate.upload.BatchIntake;
import dev.tidegate.upload.DeadLetterDesk;
import dev.tidegate.upload.IdBlocks;
import java.time.Instant;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A model with everything that serves by it. Whoever begins something takes one of these and ends with it, so that no two models
 * meet in one call or one transaction. What is made of a model hangs on an edition and goes with it: plans, shapes, what is known
 * of stores by its tables.
 *
 * @param since when it was made
 * @param writer of single objects
 * @param applying how queued operations are applied
 */
public record Edition(
        Rulebook rulebook,
        Instant since,
        Checks checks,
        LiveReads reads,
        LiveWrites writes,
        ObjectWriter writer,
        BatchIntake intake,
        DeadLetterDesk desk,
        IdBlocks ids,
        Applying applying,
        Pulls pulls,
        ChangeHints hints,
        Connectivity connectivity,
        Groundwork groundwork) {

    public Model model() {
        return rulebook.model();
    }

    public String version() {
        return model().version();
    }

    /** The stores that the model names. */
    public Set<StoreName> stores() {
        return storesOf(model());
    }

    /** The stores that a model names. */
    public static Set<StoreName> storesOf(Model model) {
        return model.entities().values().stream().map(Entity::store).collect(Collectors.toUnmodifiableSet());
    }
}
