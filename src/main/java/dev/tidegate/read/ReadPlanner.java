package dev.tidegate.read;

import dev.tidegate.model.Model;
import dev.tidegate.policy.DecidedAggregate;
import dev.tidegate.policy.DecidedQuery;
import dev.tidegate.shape.RowLayout;
import dev.tidegate.sql.Aggregate;
import dev.tidegate.sql.Select;
import dev.tidegate.sql.SelectWriter;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/** Makes plans: which columns are fetched, in which order, and the statement that does it. Decides nothing. */
final class ReadPlanner {
    private final Model model;
    private final SelectWriter writer;

    ReadPlanner(Model model) {
        this.model = model;
        this.writer = new SelectWriter(model);
    }

    ReadPlan plan(DecidedQuery query, Wanted wanted) {
        RowLayout layout = new RowLayout(model, query);
        List<Select.Order> order = query.sort().stream()
                .map(key -> new Select.Order(key.key(), key.where()))
                .toList();
        List<Integer> keys = wanted.keys()
                ? IntStream.range(0, order.size())
                        .mapToObj(key -> layout.add(new Select.Output.OfKey(key)))
                        .toList()
                : List.of();
        OptionalInt count =
                wanted.counted() ? OptionalInt.of(layout.add(new Select.Output.Count())) : OptionalInt.empty();
        return new ReadPlan(
                query.entity(),
                model.entity(query.entity()).store(),
                query.parameters(),
                Comparison.of(query.where()),
                writer.write(select(query, layout, order, wanted.window())),
                writer.write(select(query, layout, List.of(), Select.Window.COUNT)),
                layout,
                keys,
                count,
                expansions(query));
    }

    AggregatePlan plan(DecidedAggregate aggregate) {
        return new AggregatePlan(
                aggregate.entity(),
                model.entity(aggregate.entity()).store(),
                aggregate.parameters(),
                Comparison.of(aggregate.where()),
                writer.write(new Aggregate(
                        aggregate.entity(), aggregate.where(), aggregate.function(), aggregate.attribute())),
                aggregate.function(),
                aggregate.type());
    }

    private List<ExpansionPlan> expansions(DecidedQuery query) {
        return query.expand().stream().map(this::expansion).toList();
    }

    private ExpansionPlan expansion(DecidedQuery.Expansion expansion) {
        DecidedQuery objects = expansion.objects();
        RowLayout layout = new RowLayout(model, objects);
        Select.Window window =
                expansion.hop().isOwnedHere() ? Select.Window.OF_IDS : new Select.Window.Related(expansion.hop());
        return new ExpansionPlan(
                expansion.hop(),
                model.idType(
                        expansion.hop().isOwnedHere()
                                ? expansion.hop().to()
                                : expansion.hop().from()),
                writer.write(select(objects, layout, List.of(), window)),
                layout,
                expansions(objects));
    }

    private static Select select(DecidedQuery query, RowLayout layout, List<Select.Order> order, Select.Window window) {
        return new Select(query.entity(), query.where(), layout.outputs(), layout.flags(), order, window);
    }
}
