package dev.tidegate.sql;

import dev.tidegate.model.Association;
import dev.tidegate.model.Direction;
import dev.tidegate.model.EntityName;
import dev.tidegate.model.Model;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Writes subselects of the ids of objects that changes since a cursor touch (store-protocol 12 and 18): by rows of their own, or through
 * steps to others. What a step is kept in tells both who is linked now (the tables) and who was (old values in the log). They
 * may tell of too many objects, never of too few.
 */
final class TouchedRows {
    private final Model model;
    private final LogBook book;
    private final Binds binds;
    private final Aliases aliases;

    TouchedRows(Model model, LogBook book, Binds binds, Aliases aliases) {
        this.model = model;
        this.book = book;
        this.binds = binds;
        this.aliases = aliases;
    }

    /** The logs that tell of objects of these reads. */
    static Set<String> logs(Model model, Reads reads) {
        Set<String> logs = new TreeSet<>();
        collect(model, reads, logs);
        return logs;
    }

    private static void collect(Model model, Reads reads, Set<String> logs) {
        logs.add(LoggedTable.logOf(model, reads.entity()));
        reads.pairs().forEach(end -> logs.add(LoggedTable.logOf(end.association())));
        reads.steps().forEach((step, far) -> {
            if (step.association().storage() instanceof Association.InJoinTable) {
                logs.add(LoggedTable.logOf(step.association()));
            }
            collect(model, far, logs);
        });
    }

    /** What the cursor could not see. */
    String window(String log) {
        return window(log, Bind.Seen.CURSOR);
    }

    String window(String rows, Bind.Seen by) {
        return "(" + rows + ".xid >= " + binds.place(new Bind.Unseen(by)) + "::xid8 OR " + rows + ".xid = ANY ("
                + binds.place(new Bind.UnseenAmong(by)) + "::xid8[]))";
    }

    /** Whatever has changed of the objects' own rows. */
    String own(EntityName entity) {
        String l = aliases.next();
        return "SELECT " + l + ".id FROM " + log(entity) + " " + l + " WHERE " + window(l) + " AND " + l
                + ".id IS NOT NULL";
    }

    /** Through any of the steps, and whatever has changed of the pairs that they show, a subselect for each. */
    List<String> through(Reads near) {
        List<String> all = new ArrayList<>();
        near.steps().forEach((step, far) -> all.add(through(step, far)));
        near.pairs().forEach(end -> all.add(paired(end.association(), end.direction() == Direction.FORWARD)));
        return all;
    }

    /** Whether an object that stands in the statement is touched through a step. */
    String isThrough(Scope near, Reads.Step step, Reads far) {
        return step.association().storage() instanceof Association.InColumn(var column)
                        && step.direction() == Direction.FORWARD
                ? near.column(step.association().from(), column) + " IN (" + touched(far) + ")"
                : near.id() + " IN (" + through(step, far) + ")";
    }

    private String through(Reads.Step step, Reads far) {
        boolean forward = step.direction() == Direction.FORWARD;
        Association association = step.association();
        return switch (association.storage()) {
            case Association.InColumn(var column) ->
                forward ? holders(association, column, far) : held(association, column, far);
            case Association.InJoinTable pairs -> pairs(association, pairs, forward, far);
        };
    }

    /** Those whose own column refers there now. Who did so before has a changed row. */
    private String holders(Association association, String column, Reads far) {
        String n = aliases.next();
        return "SELECT " + n + "." + idOf(association.from()) + " FROM " + tableOf(association.from()) + " " + n
                + " WHERE " + n + "." + Quoting.identifier(column) + " IN (" + touched(far) + ")";
    }

    /** Those to whom a touched row refers now, or did so before. */
    private String held(Association association, String column, Reads far) {
        EntityName keeper = association.from();
        String f = aliases.next();
        String now = "SELECT " + f + "." + Quoting.identifier(column) + " FROM " + tableOf(keeper) + " " + f + " WHERE "
                + f + "." + idOf(keeper) + " IN (" + touched(far) + ")";
        return old(keeper, association.name().toString())
                .map(old -> {
                    String l = aliases.next();
                    return now + " UNION ALL SELECT " + l + "." + old.column() + " FROM " + log(keeper) + " " + l
                            + " WHERE " + window(l) + " AND " + l + ".source = " + old.number();
                })
                .orElse(now);
    }

    private String pairs(Association association, Association.InJoinTable pairs, boolean forward, Reads far) {
        String p = aliases.next();
        String near = p + "." + Quoting.identifier(forward ? pairs.fromColumn() : pairs.toColumn());
        String other = p + "." + Quoting.identifier(forward ? pairs.toColumn() : pairs.fromColumn());
        return "SELECT " + near + " FROM " + Quoting.table(pairs.table()) + " " + p + " WHERE " + other + " IN ("
                + touched(far) + ") UNION ALL " + paired(association, forward);
    }

    /** Those of whose pairs some came or went. */
    private String paired(Association association, boolean forward) {
        String l = aliases.next();
        return "SELECT " + l + (forward ? ".from_id" : ".to_id") + " FROM "
                + LogStatements.log(LoggedTable.logOf(association)) + " " + l + " WHERE " + window(l);
    }

    /** Those that came, went or have changed in what is read of them, or are touched through a further step. */
    private String touched(Reads reads) {
        String l = aliases.next();
        List<String> news = new ArrayList<>(List.of(l + ".kind IN ('I', 'D')"));
        reads.members()
                .forEach((declaredIn, members) -> book.number(declaredIn).ifPresent(number -> {
                    long mask = mask(number, members);
                    if (mask != 0) {
                        news.add("(" + l + ".source = " + number + " AND " + l + ".changed & " + mask + " <> 0)");
                    }
                }));
        String own = "SELECT " + l + ".id FROM " + log(reads.entity()) + " " + l + " WHERE " + window(l) + " AND " + l
                + ".id IS NOT NULL AND (" + String.join(" OR ", news) + ")";
        List<String> all = new ArrayList<>(List.of(own));
        all.addAll(through(reads));
        return String.join(" UNION ALL ", all);
    }

    private long mask(int number, Map<String, String> members) {
        return members.keySet().stream()
                .flatMap(member -> book.bit(number, member).stream())
                .mapToLong(bit -> 1L << bit)
                .reduce(0, (all, bit) -> all | bit);
    }

    /** Where the log keeps what a member was. */
    record Old(int number, String column) {}

    Optional<Old> old(EntityName declaredIn, String member) {
        return book.number(declaredIn)
                .flatMap(number -> book.bit(number, member)
                        .map(bit -> new Old(number, Quoting.identifier(LogNames.oldValue(number, bit)))));
    }

    String log(EntityName entity) {
        return LogStatements.log(LoggedTable.logOf(model, entity));
    }

    String tableOf(EntityName entity) {
        return Quoting.table(model.entity(entity).table());
    }

    String idOf(EntityName entity) {
        return Quoting.identifier(model.entity(entity).identity().column());
    }
}
