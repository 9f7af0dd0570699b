package dev.tidegate.store;

import static dev.tidegate.store.Columns.column;

import dev.tidegate.model.BatchId;
import dev.tidegate.model.ClientKey;
import dev.tidegate.model.RoleName;
import dev.tidegate.observation.TraceParent;
import dev.tidegate.upload.Acceptance;
import dev.tidegate.upload.BatchKey;
import dev.tidegate.upload.BatchText;
import dev.tidegate.upload.QueueRoom;
import dev.tidegate.upload.Submission;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.Tuple;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The call of {@code accept_group}: a group of submissions as columns, and the verdicts that come back. Where one of them is recorded in a
 * trace it is {@code accept_traced_group}, which keeps that, too: the others cost nothing for it.
 */
final class GroupStatement {
    private static final String COLUMNS =
            "$1::int4[], $2::text[], $3::uuid[], $4::uuid[], $5::uuid[], $6::uuid[], $7::text[], $8::text[], $9::text[], "
                    + "$10::text[], $11::text[], $12::bool[], $13::text[], $14::text[], $15::int4[], $16::text[], "
                    + "$17::int4[], $18::text[], $19::text[], $20::bool, $21::int8, $22::int8, $23::text";
    private static final String VERDICTS = "SELECT number, verdict, batch_position FROM tidegate_queue.";
    private static final String SQL = VERDICTS + "accept_group(" + COLUMNS + ")";
    private static final String TRACED = VERDICTS + "accept_traced_group(" + COLUMNS + ", $24::text[])";

    private final String patience;

    /** @param patience how long the statement waits for a row that somebody else has locked */
    GroupStatement(Duration patience) {
        this.patience = Math.max(1, patience.toMillis()) + "ms";
    }

    private record PartOf(int number, Submission.Share share) {}

    static String sql(List<QueueEntry> group) {
        return isTraced(group) ? TRACED : SQL;
    }

    private static boolean isTraced(List<QueueEntry> group) {
        return group.stream()
                .anyMatch(entry -> entry.submission().submitter().trace().isPresent());
    }

    Tuple values(List<QueueEntry> group, QueueRoom room) {
        List<Submission> sent = group.stream().map(QueueEntry::submission).toList();
        List<BatchText> batches = sent.stream().map(Submission::batch).toList();
        List<PartOf> parts = parts(sent);
        List<@Nullable Object> values = new ArrayList<>(Arrays.asList(
                rounds(sent),
                column(sent, one -> one.submitter().caller().name(), String[]::new),
                column(batches, batch -> batch.client().value(), UUID[]::new),
                column(sent, one -> one.client().lane().value(), UUID[]::new),
                column(batches, batch -> batch.id().value(), UUID[]::new),
                column(batches, batch -> batch.after().map(BatchId::value).orElse(null), UUID[]::new),
                column(sent, one -> one.digest().hex(), String[]::new),
                column(sent, one -> one.submitter().profile().value(), String[]::new),
                column(sent, GroupStatement::roles, String[]::new),
                column(sent, one -> one.submitter().caller().zone().getId(), String[]::new),
                column(batches, batch -> batch.scope().key(), String[]::new),
                column(batches, BatchText::atomic, Boolean[]::new),
                column(batches, batch -> batch.modelVersion().orElse(null), String[]::new),
                column(group, QueueEntry::operations, String[]::new),
                column(batches, batch -> batch.operations().size(), Integer[]::new),
                column(group, entry -> entry.decided().orElse(null), String[]::new),
                column(parts, PartOf::number, Integer[]::new),
                column(parts, part -> part.share().store().value(), String[]::new),
                column(parts, part -> numbers(part.share().operations()), String[]::new),
                room.full(),
                room.clientBatches(),
                room.clientBytes(),
                patience));
        if (isTraced(group)) {
            values.add(column(
                    sent, one -> one.submitter().trace().map(TraceParent::text).orElse(null), String[]::new));
        }
        return Tuple.from(values);
    }

    /** Each submission in the round after the last one with its client or its batch id. */
    private static Integer[] rounds(List<Submission> sent) {
        Map<ClientKey, Integer> clients = new HashMap<>();
        Map<BatchKey, Integer> batches = new HashMap<>();
        Integer[] rounds = new Integer[sent.size()];
        for (int i = 0; i < rounds.length; i++) {
            Submission one = sent.get(i);
            int round = 1 + Math.max(clients.getOrDefault(one.client(), 0), batches.getOrDefault(one.key(), 0));
            clients.put(one.client(), round);
            batches.put(one.key(), round);
            rounds[i] = round;
        }
        return rounds;
    }

    private static List<PartOf> parts(List<Submission> sent) {
        List<PartOf> parts = new ArrayList<>();
        for (int i = 0; i < sent.size(); i++) {
            int number = i + 1;
            sent.get(i).shares().forEach(share -> parts.add(new PartOf(number, share)));
        }
        return parts;
    }

    /** As an array of PostgreSQL is written; arrays of arrays would have to be equally long. */
    private static String roles(Submission one) {
        return written(one.submitter().caller().roles().stream()
                .map(RoleName::value)
                .sorted()
                .map(role -> '"' + role.replace("\\", "\\\\").replace("\"", "\\\"") + '"'));
    }

    private static String numbers(List<Integer> operations) {
        return written(operations.stream().map(String::valueOf));
    }

    private static String written(Stream<String> elements) {
        return elements.collect(Collectors.joining(",", "{", "}"));
    }

    /** In the order of the group. */
    static List<Acceptance> verdicts(List<QueueEntry> group, RowSet<Row> rows) {
        Acceptance[] verdicts = new Acceptance[group.size()];
        for (Row row : rows) {
            verdicts[Math.toIntExact(row.getLong("number")) - 1] = verdict(row);
        }
        return List.of(verdicts);
    }

    private static Acceptance verdict(Row row) {
        return switch (row.getString("verdict")) {
            case "accepted" -> new Acceptance.Accepted(row.getLong("batch_position"));
            case "duplicate" -> new Acceptance.Duplicate(row.getLong("batch_position"));
            case "reused" -> new Acceptance.IdReused();
            case "unknown-predecessor" -> new Acceptance.UnknownPredecessor();
            case "client-full" -> new Acceptance.ClientFull();
            case "full" -> new Acceptance.QueueFull();
            case String other -> throw new IllegalStateException("the queue says " + other);
        };
    }
}
