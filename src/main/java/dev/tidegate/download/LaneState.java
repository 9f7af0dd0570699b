package dev.tidegate.download;

import dev.tidegate.observation.Observation.Outcome;
import dev.tidegate.problem.Problem;
import dev.tidegate.sql.LaneStatements;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What one snapshot of a store says of a client's lane there: up to where its parts are settled, the operations that an earlier
 * receipt did not cover or that were settled again since, in order, and those that are parked.
 */
public record LaneState(long position, List<Settled> settled, NavigableSet<OperationPlace> parked) {
    public LaneState {
        settled = List.copyOf(settled);
        parked = new TreeSet<>(parked);
    }

    /**
     * How an operation ended, by its newest revision.
     *
     * @param entity and {@code id}: of its object, as they were sent; the model need not know them
     * @param version to which it led
     * @param news whether the earlier receipt did not know this
     */
    public record Settled(
            OperationPlace place,
            Outcome outcome,
            String entity,
            Optional<String> id,
            Optional<String> version,
            Optional<Problem> problem,
            boolean news) {}

    /** Of the rows of {@link LaneStatements}. */
    public static LaneState of(List<@Nullable Object[]> rows, KeptProblems problems) {
        long position = 0;
        List<Settled> settled = new ArrayList<>();
        NavigableSet<OperationPlace> parked = new TreeSet<>();
        for (@Nullable Object[] row : rows) {
            switch (text(row[0])) {
                case LaneStatements.LANE -> position = number(row[1]).longValue();
                case LaneStatements.PARKED -> parked.add(place(row));
                case LaneStatements.SETTLED -> settled.add(settled(row, problems));
                default -> throw new IllegalArgumentException("no row of a lane: " + row[0]);
            }
        }
        settled.sort(Comparator.comparing(Settled::place));
        return new LaneState(position, settled, parked);
    }

    private static Settled settled(@Nullable Object[] row, KeptProblems problems) {
        return new Settled(
                place(row),
                Outcome.valueOf(text(row[3]).toUpperCase(Locale.ROOT)),
                text(row[4]),
                maybe(row[5]),
                maybe(row[6]),
                maybe(row[7]).map(problems::read),
                Boolean.TRUE.equals(row[8]));
    }

    private static OperationPlace place(@Nullable Object[] row) {
        return new OperationPlace(number(row[1]).longValue(), number(row[2]).intValue());
    }

    private static Number number(@Nullable Object value) {
        if (value instanceof Number number) {
            return number;
        }
        throw new IllegalArgumentException("no number: " + value);
    }

    private static String text(@Nullable Object value) {
        return maybe(value).orElseThrow(() -> new IllegalArgumentException("a row of a lane lacks a value"));
    }

    private static Optional<String> maybe(@Nullable Object value) {
        return Optional.ofNullable(value).map(Object::toString);
    }
}
