package dev.tidegate.store;

import static dev.tidegate.store.Columns.column;

import dev.tidegate.turns.Turns;
import dev.tidegate.upload.BatchKey;
import dev.tidegate.upload.FileContents;
import dev.tidegate.upload.FileHash;
import dev.tidegate.upload.FileId;
import dev.tidegate.upload.FileKey;
import dev.tidegate.upload.FileRoom;
import dev.tidegate.upload.FileSlice;
import dev.tidegate.upload.FileStart;
import dev.tidegate.upload.FileUse;
import dev.tidegate.upload.StoredFile;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.Tuple;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** Uploaded contents in the gateway's own database; one statement for each method, as with the queue. */
public final class PgFileContents implements FileContents {
    /** What a small file counts as: whoever has less to send sends it within a batch. */
    static final long LEAST = 64 * 1024;

    private static final String BEGIN = "SELECT verdict, number, received FROM tidegate_queue.begin_file("
            + "$1::text, $2::uuid, $3::int8, $4::int8, $5::int8, $6::bool, $7::int8, $8::int8, $9::bool)";

    private static final String APPEND =
            "SELECT tidegate_queue.append_piece($1::int8, $2::int8, $3::bytea, $4::bytea) AS kept";

    private static final String CUT = "SELECT tidegate_queue.cut_file($1::int8, $2::int8, $3::int8)";

    private static final String FIND = "SELECT number, total, received, digest FROM tidegate_queue.file"
            + " WHERE caller = $1::text AND file_id = $2::uuid";

    private static final String READ = "SELECT substring(bytes from ($2::int8 - at + 1)::int4 for $3::int4) AS bytes"
            + " FROM tidegate_queue.file_piece WHERE file = $1::int8 AND at <= $2::int8 ORDER BY at DESC LIMIT 1";

    private static final String PIN =
            "SELECT f AS file_id FROM tidegate_queue.pin_files(" + "$1::text, $2::uuid, $3::uuid[], $4::int4[]) AS f";

    private static final String HELD =
            "SELECT count(*) AS files, coalesce(sum(received), 0)::int8 AS bytes FROM tidegate_queue.file";

    /** Files leave connections of the pool to the batches. */
    private static final int AT_ONCE = 4;

    private final Pool pool;
    private final Duration deadline;
    private final Turns turns = new Turns(AT_ONCE);

    /** @param deadline after how long a statement counts as lost */
    public PgFileContents(Pool pool, Duration deadline) {
        this.pool = pool;
        this.deadline = deadline;
    }

    /** How many files are kept, and their bytes. */
    public record Held(long files, long bytes) {
        public static final Held NOTHING = new Held(0, 0);
    }

    public Uni<Held> held() {
        return ask(HELD, Tuple.tuple())
                .map(rows -> rows.iterator().next())
                .map(row -> new Held(row.getLong("files"), row.getLong("bytes")));
    }

    @Override
    public Uni<FileStart> begin(FileKey key, FileSlice slice, FileRoom room) {
        return ask(
                        BEGIN,
                        Tuple.from(Arrays.asList(
                                key.caller(),
                                key.file().value(),
                                slice.from(),
                                slice.length(),
                                slice.total(),
                                slice.anew(),
                                room.ofCaller(),
                                LEAST,
                                room.full())))
                .map(rows -> start(rows.iterator().next()));
    }

    private static FileStart start(Row row) {
        return switch (row.getString("verdict")) {
            case "ready" -> new FileStart.Ready(row.getLong("number"));
            case "there" -> new FileStart.There(row.getLong("number"));
            case "elsewhere" -> new FileStart.Elsewhere(row.getLong("received"));
            case "other" -> new FileStart.OtherFile();
            case "caller-full" -> new FileStart.CallerFull();
            case "full" -> new FileStart.Full();
            case String other -> throw new IllegalStateException("files say " + other);
        };
    }

    @Override
    public Uni<Boolean> append(long number, long at, byte[] piece, Optional<FileHash> whole) {
        @Nullable Buffer hash = whole.map(FileHash::bytes).map(Buffer::buffer).orElse(null);
        return ask(APPEND, Tuple.from(Arrays.asList(number, at, Buffer.buffer(piece), hash)))
                .map(rows -> rows.iterator().next().getBoolean("kept"));
    }

    @Override
    public Uni<Void> cut(long number, long received, long to) {
        return ask(CUT, Tuple.of(number, received, to)).replaceWithVoid();
    }

    @Override
    public Uni<Optional<StoredFile>> find(FileKey key) {
        return ask(FIND, Tuple.of(key.caller(), key.file().value()))
                .map(rows -> StreamSupport.stream(rows.spliterator(), false)
                        .map(PgFileContents::file)
                        .findFirst());
    }

    private static StoredFile file(Row row) {
        return new StoredFile(
                row.getLong("number"),
                row.getLong("total"),
                row.getLong("received"),
                Optional.ofNullable(row.getBuffer("digest")).map(hash -> FileHash.of(hash.getBytes())));
    }

    @Override
    public Uni<byte[]> read(long number, long at, int most) {
        return ask(READ, Tuple.of(number, at, most))
                .map(rows -> StreamSupport.stream(rows.spliterator(), false)
                        .map(row -> row.getBuffer("bytes").getBytes())
                        .filter(bytes -> bytes.length > 0)
                        .findFirst()
                        .orElseThrow(FileContents::gone));
    }

    @Override
    public Uni<Set<FileId>> pin(BatchKey batch, Collection<FileUse> uses) {
        return ask(
                        PIN,
                        Tuple.of(
                                batch.caller(),
                                batch.batch().value(),
                                column(uses, use -> use.file().value(), UUID[]::new),
                                column(uses, FileUse::index, Integer[]::new)))
                .map(rows -> StreamSupport.stream(rows.spliterator(), false)
                        .map(row -> new FileId(row.getUUID("file_id")))
                        .collect(Collectors.toSet()));
    }

    private Uni<RowSet<Row>> ask(String sql, Tuple values) {
        return turns.take(() -> QueueAnswers.timely(pool.preparedQuery(sql).execute(values), deadline));
    }
}
