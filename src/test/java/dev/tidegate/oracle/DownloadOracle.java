package dev.tidegate.oracle;

import dev.tidegate.model.EntityName;
import dev.tidegate.model.Mode;
import dev.tidegate.model.SyncRule;
import dev.tidegate.policy.Caller;
import dev.tidegate.xpath.Condition;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/** Says what a device must hold at the end of a download, by {@code rules}: download. */
final class DownloadOracle {
    private final Regime regime;

    DownloadOracle(Regime regime) {
        this.regime = regime;
    }

    /** One object as a device has it. */
    record Copy(Answer.Shown shown, String version) {}

    /** By entity and the text of the id; nothing is said of entities that stay on devices as they are. */
    Map<EntityName, Map<String, Copy>> held(RawTables.Moment moment, Caller caller, boolean current) {
        Map<EntityName, Map<String, Copy>> held = new LinkedHashMap<>();
        CallerSight sight = new CallerSight(moment.world(), caller);
        Evaluator plain = new Evaluator(moment.world(), Sight.EVERYTHING, caller, Map.of());
        for (EntityName entity : regime.model().entities().keySet()) {
            switch (mode(entity, current)) {
                case ALL -> held.put(entity, copies(moment, sight, plain, caller, entity, Condition.always()));
                case BY_XPATH ->
                    held.put(
                            entity,
                            copies(
                                    moment,
                                    sight,
                                    plain,
                                    caller,
                                    entity,
                                    Objects.requireNonNull(regime.constraints().get(entity))));
                case NOTHING_CLEAR, ONLINE -> held.put(entity, Map.of());
                case NOTHING_PRESERVE, NEVER -> {}
            }
        }
        return held;
    }

    /** What is not listed is as little on the device as what is online. */
    private Mode mode(EntityName entity, boolean current) {
        SyncRule rule = regime.profile().sync().get(entity);
        return rule == null ? Mode.ONLINE : rule.compatibility() && !current ? Mode.ALL : rule.mode();
    }

    private Map<String, Copy> copies(
            RawTables.Moment moment,
            CallerSight sight,
            Evaluator plain,
            Caller caller,
            EntityName entity,
            Condition constraint) {
        Question question = new Question(
                entity, caller, Said.alone("", constraint), Map.of(), Optional.empty(), List.of(), List.of());
        Oracle shows = new Oracle(moment.world(), sight, question);
        Map<String, Copy> copies = new TreeMap<>();
        for (Thing thing : moment.world().in(entity)) {
            if (thing.own().filter(entity::equals).isPresent() && sight.sees(thing) && plain.holds(thing, constraint)) {
                copies.put(
                        thing.id().toString(),
                        new Copy(
                                shows.shown(thing, Optional.empty(), List.of()),
                                moment.version(regime.model().root(entity), thing.id())));
            }
        }
        return copies;
    }
}
