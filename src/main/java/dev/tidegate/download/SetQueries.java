package dev.tidegate.download;

import dev.tidegate.model.EntityName;
import dev.tidegate.model.Model;
import dev.tidegate.model.ValueType;
import dev.tidegate.policy.DecidedQuery;
import dev.tidegate.policy.DownloadSet;
import dev.tidegate.shape.RowLayout;
import dev.tidegate.sql.Delta;
import dev.tidegate.sql.DeltaWriter;
import dev.tidegate.sql.LogBook;
import dev.tidegate.sql.Select;
import dev.tidegate.sql.SelectWriter;
import dev.tidegate.sql.SqlQuery;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The statements of one set, each written once: objects page by page or by their ids, and what may have changed of them. */
final class SetQueries {
    private final Model model;
    private final DownloadSet.Kept set;
    private final RowLayout layout;
    private final Set<String> logs;
    private final SqlQuery firstPage;
    private final SqlQuery nextPage;
    private final SqlQuery byIds;
    private final Map<Asked, DeltaQueries> deltas = new ConcurrentHashMap<>();

    private record Asked(LogBook book, boolean told) {}

    /** What to ask where the logs are as a book says. */
    record DeltaQueries(boolean possible, SqlQuery changed, SqlQuery changedBehind, SqlQuery lost) {}

    SetQueries(Model model, DownloadSet.Kept set) {
        this.model = model;
        this.set = set;
        this.layout = new RowLayout(model, set.objects());
        this.logs = DeltaWriter.logs(model, delta(false));
        SelectWriter writer = new SelectWriter(model);
        this.firstPage = writer.write(select(Select.Window.PAGE));
        this.nextPage = writer.write(select(new Select.Window.After(List.of())));
        this.byIds = writer.write(select(Select.Window.OF_IDS));
    }

    private Select select(Select.Window window) {
        DecidedQuery objects = set.objects();
        return new Select(objects.entity(), objects.where(), layout.outputs(), layout.flags(), List.of(), window);
    }

    private Delta delta(boolean told) {
        return new Delta(
                set.entity(),
                set.objects().where(),
                set.conditions(),
                model.ownedEnds(set.entity()),
                set.uses().clock(),
                told);
    }

    DownloadSet.Kept set() {
        return set;
    }

    EntityName entity() {
        return set.entity();
    }

    ValueType idType() {
        return model.idType(set.entity());
    }

    static Object id(@Nullable Object[] row) {
        return Objects.requireNonNull(row[RowLayout.ID]);
    }

    /** The logs that tell of the set, by their bare names. */
    Set<String> logs() {
        return logs;
    }

    RowLayout layout() {
        return layout;
    }

    SqlQuery firstPage() {
        return firstPage;
    }

    SqlQuery nextPage() {
        return nextPage;
    }

    SqlQuery byIds() {
        return byIds;
    }

    /** Which of the logs have a barrier behind the cursor. */
    SqlQuery barriers(LogBook book, Set<String> of) {
        return new DeltaWriter(model, book).barriers(of);
    }

    DeltaQueries deltas(LogBook book, boolean told) {
        return deltas.computeIfAbsent(new Asked(book, told), this::write);
    }

    private DeltaQueries write(Asked asked) {
        DeltaWriter writer = new DeltaWriter(model, asked.book());
        Delta delta = delta(asked.told());
        return new DeltaQueries(
                writer.has(logs), writer.changed(delta, false), writer.changed(delta, true), writer.lost(delta));
    }
}
