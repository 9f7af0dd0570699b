package dev.tidegate.upload;

import dev.tidegate.model.IdType;
import dev.tidegate.model.Model;
import dev.tidegate.upload.Footprint.Trace;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Cuts a group of parts into waves (store-protocol 4): in a wave an object is written once, and no unit depends on another of
 * its wave. Waves one after the other come to what the parts one after the other come to, in the order of the group, since of
 * two units that have to do with each other the later one is in a later wave. Pure; takes time in proportion to the operations
 * and to what is tied to what they delete.
 *
 * <p>What it cannot see is a unique value that one operation frees and another takes: those who write find that out.
 *
 * <p>Of two clients that write an object and refer to it, the second is in a later wave too: the store may change an object
 * because something begins to refer to it, and then each has to find the version that the other's operation has led to.
 *
 * <p>Rights are judged for all of a wave before any of it is written, so what an earlier unit's rights have read may be altered
 * in the same wave. Those units apart that are judged only when they are written: circles, atomic parts, last attempts, objects with a text for an id.
 */
public final class Waves {
    private final Model model;
    private final Footprints footprints;
    private final Map<ObjectKey, Integer> written = new HashMap<>();
    private final Map<ObjectKey, Integer> made = new HashMap<>();
    private final Map<ObjectKey, Integer> referred = new HashMap<>();
    private final Map<Trace, Integer> altered = new HashMap<>();
    private final Map<Trace, Integer> consulted = new HashMap<>();
    private final Map<ObjectKey, Integer> writtenByOthers = new HashMap<>();
    private final Map<ObjectKey, Integer> referredByOthers = new HashMap<>();
    private final List<List<ApplyUnit>> waves = new ArrayList<>();

    private Waves(Model model, List<PartWork> group, Ties ties) {
        this.model = model;
        this.footprints = new Footprints(model, group, ties);
    }

    /** Each wave in the order of the group; of the ties nothing may be open. */
    public static List<List<ApplyUnit>> of(Model model, List<PartWork> group, Ties ties) {
        Waves waves = new Waves(model, group, ties);
        group.forEach(part -> waves.add(units(model, part)));
        return waves.waves;
    }

    private static List<ApplyUnit> units(Model model, PartWork part) {
        return part.atomic()
                ? List.of(new ApplyUnit.Whole(part))
                : WriteOrder.of(model, part.steps()).stream()
                        .map(unit -> unit(part, unit))
                        .toList();
    }

    static ApplyUnit unit(PartWork part, WriteOrder.Unit unit) {
        return unit.then().isEmpty() && unit.steps().size() == 1
                ? new ApplyUnit.Single(part, unit.first().getFirst())
                : new ApplyUnit.Circle(part, unit);
    }

    private record Placed(Footprint footprint, int wave) {}

    private void add(List<ApplyUnit> part) {
        List<Placed> placed = part.stream().map(this::add).toList();
        for (Placed unit : placed) {
            unit.footprint().writes().forEach(key -> note(writtenByOthers, key, unit.wave()));
            unit.footprint().refers().forEach(key -> note(referredByOthers, key, unit.wave()));
        }
    }

    private Placed add(ApplyUnit unit) {
        Footprint footprint = footprints.of(unit);
        int wave = wave(footprint);
        while (waves.size() <= wave) {
            waves.add(new ArrayList<>());
        }
        waves.get(wave).add(unit);
        note(footprint, wave, isJudgedTogether(model, unit) ? wave : wave + 1);
        return new Placed(footprint, wave);
    }

    /**
     * Whether a unit is judged with the others of its wave, before any of it is written. Not where ids are texts: a store may
     * take two of them for one, so those operations are judged and written one after the other.
     */
    public static boolean isJudgedTogether(Model model, ApplyUnit unit) {
        return unit instanceof ApplyUnit.Single single && !single.part().last() && !hasTextId(model, single.step());
    }

    private static boolean hasTextId(Model model, Step step) {
        return step.todo() instanceof Step.Write write
                && model.entity(write.change().entity()).identity().type() == IdType.STRING;
    }

    private int wave(Footprint footprint) {
        int wave = 0;
        for (ObjectKey key : footprint.writes()) {
            wave = Math.max(wave, Math.max(after(written, key), after(referredByOthers, key)));
        }
        for (ObjectKey key : footprint.makes()) {
            wave = Math.max(wave, after(referred, key));
        }
        for (ObjectKey key : footprint.refers()) {
            wave = Math.max(wave, Math.max(after(made, key), after(writtenByOthers, key)));
        }
        for (Trace trace : footprint.consults()) {
            wave = Math.max(wave, after(altered, trace));
        }
        for (Trace trace : footprint.alters()) {
            wave = Math.max(wave, consulted.getOrDefault(trace, 0));
        }
        return wave;
    }

    private static <K> int after(Map<K, Integer> last, K key) {
        return last.getOrDefault(key, -1) + 1;
    }

    private void note(Footprint footprint, int wave, int judged) {
        footprint.writes().forEach(key -> note(written, key, wave));
        footprint.makes().forEach(key -> note(made, key, wave));
        footprint.refers().forEach(key -> note(referred, key, wave));
        footprint.alters().forEach(trace -> note(altered, trace, wave));
        footprint.consults().forEach(trace -> note(consulted, trace, judged));
    }

    private static <K> void note(Map<K, Integer> last, K key, int wave) {
        last.merge(key, wave, Math::max);
    }
}
