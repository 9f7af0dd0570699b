package dev.tidegate.shape;

import dev.tidegate.model.DeclaredAttribute;
import dev.tidegate.model.EntityName;
import dev.tidegate.model.Model;
import dev.tidegate.model.OwnedEnd;
import dev.tidegate.policy.DecidedQuery;
import dev.tidegate.policy.EntityView;
import dev.tidegate.policy.Grant;
import dev.tidegate.sql.Select.Output;
import dev.tidegate.xpath.Condition;
import dev.tidegate.xpath.Hop;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What stands where in the rows of a plan, and how a row becomes an object: the own entity and the flags of the grants
 * that hold choose a shape, which is made once. Flags that could not be false are not asked for.
 */
public final class RowLayout {
    public static final int ID = 0;
    public static final int VERSION = 1;
    private static final int OWN_ENTITY = 2;

    private final EntityName entity;
    private final boolean hierarchy;
    private final List<Output> outputs = new ArrayList<>();
    private final List<Condition> flags = new ArrayList<>();
    private final Map<String, ObjectShapes> shapes = new LinkedHashMap<>();

    public RowLayout(Model model, DecidedQuery query) {
        this.entity = query.entity();
        this.hierarchy = model.family(entity).size() > 1;
        outputs.add(new Output.Id());
        outputs.add(new Output.Version());
        if (hierarchy) {
            outputs.add(new Output.OwnEntity());
        }
        Map<DeclaredAttribute, Integer> attributes = new LinkedHashMap<>();
        Map<OwnedEnd, Integer> ends = new LinkedHashMap<>();
        query.expand().stream()
                .map(DecidedQuery.Expansion::hop)
                .filter(Hop::isOwnedHere)
                .forEach(hop -> ends.computeIfAbsent(ObjectShapes.endOf(hop), this::columnOf));
        for (EntityView view : query.views()) {
            ShownMembers shown = ShownMembers.of(model, query, view);
            shown.attributes().forEach(attribute -> attributes.computeIfAbsent(attribute, this::columnOf));
            shown.ends().forEach(end -> ends.computeIfAbsent(end, this::columnOf));
            shapes.put(
                    view.entity().toString(),
                    new ObjectShapes(
                            model,
                            view,
                            shown,
                            flagsOf(view),
                            Map.copyOf(attributes),
                            Map.copyOf(ends),
                            query.expand()));
        }
    }

    public List<Output> outputs() {
        return outputs;
    }

    public List<Condition> flags() {
        return flags;
    }

    /** Asks for one column more, which belongs to no object; gives its index. Before any row is read. */
    public int add(Output output) {
        outputs.add(output);
        return outputs.size() - 1;
    }

    public List<ShownObject> objects(List<@Nullable Object[]> rows) {
        List<ShownObject> objects = new ArrayList<>(rows.size());
        BitSet held = new BitSet(flags.size());
        for (@Nullable Object[] row : rows) {
            object(row, held).ifPresent(objects::add);
        }
        return objects;
    }

    /** The object in a row; {@code held} is scratch space of the caller. */
    public Optional<ShownObject> object(@Nullable Object[] row, BitSet held) {
        ObjectShapes own = shapesOf(row);
        return own == null ? Optional.empty() : Optional.of(new ShownObject(own.shape(held, row, outputs.size()), row));
    }

    /** Null when the store says that the object is of an entity which the caller has no view of: it is not shown. */
    private @Nullable ObjectShapes shapesOf(@Nullable Object[] row) {
        return hierarchy
                ? shapes.get(row[OWN_ENTITY] instanceof String name ? name : "")
                : shapes.get(entity.toString());
    }

    private int columnOf(DeclaredAttribute attribute) {
        outputs.add(new Output.OfAttribute(attribute));
        return outputs.size() - 1;
    }

    private int columnOf(OwnedEnd end) {
        outputs.add(new Output.OfEnd(end));
        return outputs.size() - 1;
    }

    /**
     * For each grant of the view the flag that says whether it holds, or {@link ObjectShapes#ALWAYS}. A row came back
     * because some reading grant holds; when there is one only, it is that one.
     */
    private int[] flagsOf(EntityView view) {
        long reading =
                view.grants().stream().filter(grant -> !grant.read().isEmpty()).count();
        return view.grants().stream()
                .mapToInt(grant -> isCertain(grant, reading) ? ObjectShapes.ALWAYS : flag(grant.when()))
                .toArray();
    }

    private static boolean isCertain(Grant grant, long reading) {
        return grant.when().isAlways() || (reading == 1 && !grant.read().isEmpty());
    }

    private int flag(Condition when) {
        int known = flags.indexOf(when);
        if (known >= 0) {
            return known;
        }
        flags.add(when);
        return flags.size() - 1;
    }
}
