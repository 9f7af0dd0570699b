package dev.tidegate.read;

import dev.tidegate.model.EntityName;
import dev.tidegate.model.Model;
import dev.tidegate.policy.DecidedQuery;
import dev.tidegate.policy.EntityView;
import dev.tidegate.policy.Grant;
import dev.tidegate.sql.Select;
import dev.tidegate.sql.SelectWriter;
import dev.tidegate.xpath.Condition;
import dev.tidegate.xpath.Member;
import dev.tidegate.xpath.SortKey;
import java.util.List;

/** Makes plans: which columns are fetched, in which order, and the statement that does it. Decides nothing. */
final class ReadPlanner {
    private final Model model;
    private final SelectWriter writer;

    ReadPlanner(Model model) {
        this.model = model;
        this.writer = new SelectWriter(model);
    }

    ReadPlan plan(DecidedQuery query, Select.Window window) {
        RowLayout layout = new RowLayout(model, query);
        List<Select.Order> order =
                query.sort().stream().map(key -> order(query, key)).toList();
        Select select = new Select(query.entity(), query.where(), layout.outputs(), layout.flags(), order, window);
        Select count = new Select(query.entity(), query.where(), List.of(), List.of(), List.of(), Select.Window.COUNT);
        return new ReadPlan(
                query.entity(),
                model.entity(query.entity()).store(),
                query.parameters(),
                Comparison.of(query.where()),
                writer.write(select),
                writer.write(count),
                layout);
    }

    /** An order must not tell what may not be read: where the member is not readable it sorts as empty (rules 8). */
    private Select.Order order(DecidedQuery query, SortKey key) {
        if (!key.path().isEmpty() || !(key.member() instanceof Member.OfAttribute member)) {
            return new Select.Order(key, Condition.always());
        }
        String name = member.attribute().name();
        boolean everywhere = query.views().stream()
                .filter(view -> has(view.entity(), name))
                .allMatch(view -> isReadableWhereverTheObjectIs(view, name));
        Condition where = Condition.never();
        for (EntityView view : query.views()) {
            where = where.or(new Condition.OfOwnEntity(view.entity()).and(readable(view, name)));
        }
        return new Select.Order(key, everywhere ? Condition.always() : where);
    }

    private boolean has(EntityName entity, String name) {
        return model.attribute(entity, name).isPresent();
    }

    private static boolean isReadableWhereverTheObjectIs(EntityView view, String name) {
        return view.grants().stream()
                .filter(grant -> !grant.read().isEmpty())
                .allMatch(grant -> grant.read().contains(name));
    }

    private static Condition readable(EntityView view, String name) {
        Condition where = Condition.never();
        for (Grant grant : view.grants()) {
            if (grant.read().contains(name)) {
                where = where.or(grant.when());
            }
        }
        return where;
    }
}
