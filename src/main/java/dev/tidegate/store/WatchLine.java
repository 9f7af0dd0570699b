package dev.tidegate.store;

import dev.tidegate.sql.HintStatements;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Future;
import io.vertx.mutiny.pgclient.PgConnection;
import io.vertx.mutiny.sqlclient.Row;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * The connection on which one store is asked for news of its change logs, and up to where they are known. All that is known is
 * forgotten with the connection: a store that comes back may have another past. One look at a time.
 */
final class WatchLine {
    /** Logs come and go while the gateway runs, seldom. */
    private static final Duration LISTED_FOR = Duration.ofSeconds(10);

    private final Set<String> wanted;
    private final Supplier<Future<io.vertx.pgclient.PgConnection>> connect;
    private final Duration deadline;
    private volatile @Nullable Known known;

    /** {@code logs}: those that the store has, listed at that moment; {@code snapshot}: what the next look begins at. */
    private record Known(PgConnection connection, List<String> logs, long listedAt, String snapshot) {
        boolean isOld() {
            return System.nanoTime() - listedAt > LISTED_FOR.toNanos();
        }

        Known upTo(String seen) {
            return new Known(connection, logs, listedAt, seen);
        }
    }

    /**
     * Opens nothing yet.
     *
     * @param deadline after how long a question counts as lost; connecting has one of its own
     */
    WatchLine(Set<String> wanted, Supplier<Future<io.vertx.pgclient.PgConnection>> connect, Duration deadline) {
        this.wanted = Set.copyOf(wanted);
        this.connect = connect;
        this.deadline = deadline;
    }

    /** The logs in which something was committed since the look before; all that there may be when that is not known. */
    Uni<Set<String>> look() {
        Known before = known;
        if (before == null) {
            return begin();
        }
        return (before.isOld() ? list(before) : newsIfAny(before))
                .ifNoItem()
                .after(deadline)
                .fail()
                .onFailure()
                .invoke(this::close);
    }

    void close() {
        Known last = known;
        known = null;
        if (last != null) {
            last.connection().closeAndForget();
        }
    }

    private Uni<Set<String>> begin() {
        return Uni.createFrom()
                .completionStage(() -> connect.get().toCompletionStage())
                .map(PgConnection::newInstance)
                .flatMap(connection -> from(connection)
                        .ifNoItem()
                        .after(deadline)
                        .fail()
                        .onFailure()
                        .invoke(connection::closeAndForget))
                .replaceWith(wanted);
    }

    private Uni<Known> from(PgConnection connection) {
        return now(connection)
                .flatMap(snapshot ->
                        existing(connection).map(logs -> new Known(connection, logs, System.nanoTime(), snapshot)))
                .invoke(begun -> known = begun);
    }

    private Uni<List<String>> existing(PgConnection connection) {
        return ChangeValues.run(connection, HintStatements.existing(wanted))
                .map(rows -> StreamSupport.stream(rows.spliterator(), false)
                        .map(row -> row.getString(0))
                        .toList());
    }

    /** A log that was not there before may hold anything. */
    private Uni<Set<String>> list(Known before) {
        return existing(before.connection()).flatMap(logs -> {
            Set<String> added = new HashSet<>(logs);
            before.logs().forEach(added::remove);
            return news(new Known(before.connection(), logs, System.nanoTime(), before.snapshot()))
                    .map(found -> {
                        added.addAll(found);
                        return added;
                    });
        });
    }

    private static Uni<String> now(PgConnection connection) {
        return ChangeValues.run(connection, HintStatements.now())
                .map(rows -> rows.iterator().next().getString(0));
    }

    /** The small question comes first: even a look at logs in which there is nothing opens all their partitions. */
    private Uni<Set<String>> newsIfAny(Known before) {
        return now(before.connection())
                .flatMap(now -> now.equals(before.snapshot()) ? Uni.createFrom().item(Set.of()) : news(before));
    }

    private Uni<Set<String>> news(Known before) {
        if (before.logs().isEmpty()) {
            known = before;
            return Uni.createFrom().item(Set.of());
        }
        return ChangeValues.run(before.connection(), HintStatements.look(before.logs(), before.snapshot()))
                .map(rows -> found(before, rows.iterator().next()));
    }

    private Set<String> found(Known before, Row row) {
        known = before.upTo(row.getString(0));
        Boolean[] answers = row.getArrayOfBooleans(1);
        Set<String> found = new LinkedHashSet<>();
        for (int i = 0; i < answers.length; i++) {
            if (answers[i]) {
                found.add(before.logs().get(i));
            }
        }
        return found;
    }
}
