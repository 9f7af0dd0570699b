package dev.tidegate.sql;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a store holds of one logged table and of its log, as its catalogs and the registry in schema {@code tidegate} say.
 *
 * @param at the store's time
 * @param number what rows of this table carry in the log
 * @param log the log that it was last registered with
 * @param nextNumber for a table that has none yet
 * @param bits of members that were ever logged; never used for another member
 * @param relations the table itself first, then its partitions and children at any depth; none where there is no such table
 * @param former relations that once belonged to the table and do not any more
 * @param columns of the table, by their names
 * @param logColumns of the log, by their names; none where there is no such log
 * @param functions that were made for this table
 */
public record FoundTable(
        Instant at,
        Optional<Integer> number,
        Optional<String> log,
        int nextNumber,
        Map<String, Integer> bits,
        List<Relation> relations,
        List<Former> former,
        Map<String, Type> columns,
        Map<String, Type> logColumns,
        List<String> functions) {
    public FoundTable {
        bits = Map.copyOf(bits);
        relations = List.copyOf(relations);
        former = List.copyOf(former);
        columns = Map.copyOf(columns);
        logColumns = Map.copyOf(logColumns);
        functions = List.copyOf(functions);
    }

    /**
     * A table or view as the store has it.
     *
     * @param name quoted, with its schema
     * @param known whether its rows are where they were when this was last looked at: not rewritten, emptied or exchanged
     */
    public record Relation(String name, boolean known, Set<Trigger> triggers) {
        public Relation {
            triggers = Set.copyOf(triggers);
        }
    }

    /** The same, where others have been installed that it does not tell of yet. */
    public FoundTable after(int nextNumber, Map<String, Type> logColumns) {
        return new FoundTable(at, number, log, nextNumber, bits, relations, former, columns, logColumns, functions);
    }

    boolean isIn(String log) {
        return this.log.filter(log::equals).isPresent();
    }

    /** {@code name}: quoted, with its schema; none where it does not exist any more. */
    public record Former(long oid, Optional<String> name) {}

    /** {@code function}: by its bare name if it is one of schema {@code tidegate}. */
    public record Trigger(String name, String function, boolean always) {}

    /** {@code oid} is of the column's own type; {@code name} is how a column is declared that takes its values (of a domain: its base). */
    public record Type(long oid, String name) {}
}
