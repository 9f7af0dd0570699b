package dev.tidegate.store;

import dev.tidegate.model.Change;
import dev.tidegate.model.DrawnId;
import dev.tidegate.model.Model;
import dev.tidegate.policy.StoredState;
import dev.tidegate.problem.Problem;
import dev.tidegate.problem.ProblemCode;
import dev.tidegate.read.WriteAnswer;
import dev.tidegate.read.WriteResult;
import dev.tidegate.read.WriteWork;
import dev.tidegate.read.Written;
import dev.tidegate.sql.SqlQuery;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One live write inside its transaction: claim the key, lock what is there, judge it in a statement after that (store-protocol
 * 4), write, read again, remember the answer. A refusal fails with {@link TakenBack}, so that the transaction leaves nothing.
 */
final class WriteRun {
    private final Model model;
    private final SqlConnection connection;
    private final WriteWork work;
    private final ObjectReads reads;
    private final ObjectWrites writes;

    WriteRun(Model model, SqlConnection connection, WriteWork work, ObjectReads reads, ObjectWrites writes) {
        this.model = model;
        this.connection = connection;
        this.work = work;
        this.reads = reads;
        this.writes = writes;
    }

    Uni<WriteResult> run() {
        return work.remembrance()
                .map(remembrance -> new RememberedAnswer(connection, remembrance))
                .map(memory -> memory.claim()
                        .flatMap(before -> before.isPresent()
                                ? Uni.createFrom().item(before.get())
                                : done(write().call(memory::keep))))
                .orElseGet(() -> done(write()));
    }

    private static Uni<WriteResult> done(Uni<WriteAnswer> written) {
        return written.map(answer -> new WriteResult.Done(answer, false));
    }

    private Uni<WriteAnswer> write() {
        return identified()
                .call(this::lock)
                .call(this::judge)
                .call(this::make)
                .flatMap(this::readAgain)
                .map(work.answering()::answer);
    }

    /** The change, with an id of the store's where it brings none. */
    private Uni<Change> identified() {
        return work.change() instanceof Change.Create create && create.id() instanceof DrawnId
                ? ChangeValues.run(connection, writes.statements().nextIds(create.entity(), 1))
                        .map(rows -> create.as(only(rows).getLong(0)))
                : Uni.createFrom().item(work.change());
    }

    private Uni<Void> lock(Change change) {
        return switch (change) {
            case Change.Create _ -> Uni.createFrom().voidItem();
            case Change.Update update ->
                ChangeValues.run(connection, writes.statements().lock(update.entity(), List.of(update.id())))
                        .replaceWithVoid();
            case Change.Delete delete ->
                ChangeValues.run(connection, writes.statements().lockToDelete(delete.entity(), List.of(delete.id())))
                        .replaceWithVoid();
        };
    }

    private Uni<Void> judge(Change change) {
        return reads.states(connection, List.of(new StateReads.Asked(change, work.grants(), work.situation())))
                .map(List::getFirst)
                .flatMap(stored -> seen(change, stored))
                .map(work.judgement()::of)
                .flatMap(WriteRun::unlessRefused);
    }

    /** What is of another entity and not readable for the caller is not there. */
    private Uni<StoredState> seen(Change change, StoredState stored) {
        return stored instanceof StoredState.OfAnotherEntity && !(change instanceof Change.Create)
                ? reads.meets(connection, model.root(change.entity()), change.id(), work.visible(), work.situation())
                        .map(visible -> visible ? stored : new StoredState.Absent())
                : Uni.createFrom().item(stored);
    }

    private Uni<Void> make(Change change) {
        return writes.attempt(connection, change, new Touches(model, connection, reads), "")
                .flatMap(WriteRun::unlessRefused);
    }

    private static Uni<Void> unlessRefused(Optional<Problem> problem) {
        return problem.isPresent()
                ? Uni.createFrom().failure(new TakenBack(problem.get()))
                : Uni.createFrom().voidItem();
    }

    private Uni<Written> readAgain(Change change) {
        if (change instanceof Change.Delete) {
            return Uni.createFrom().item(new Written.Gone(change.id()));
        }
        return work.answering()
                .query()
                .map(query -> shown(change, query))
                .orElseGet(() -> Uni.createFrom().item(Optional.empty()))
                .flatMap(shown -> shown.isPresent() ? Uni.createFrom().item(shown.get()) : unseen(change));
    }

    private Uni<Optional<Written>> shown(Change change, SqlQuery query) {
        return connection
                .preparedQuery(query.text())
                .execute(Tuple.newInstance(PgValues.tuple(work.answering().binds(change.id()))))
                .map(rows -> AppliedLog.first(rows).map(row -> new Written.Shown(change.id(), values(row))));
    }

    private static List<@Nullable Object> values(Row row) {
        List<@Nullable Object> values = new ArrayList<>();
        for (@Nullable Object value : PgValues.row(row.getDelegate())) {
            values.add(value);
        }
        return values;
    }

    private Uni<Written> unseen(Change change) {
        return reads.versions(connection, change.entity(), List.of(change.id()))
                .map(versions -> Optional.ofNullable(versions.get(change.id()))
                        .map(version -> new Written.Unseen(change.id(), version))
                        .orElseThrow(() -> new TakenBack(swallowed(change))));
    }

    /** A trigger of the users made nothing of the statement, without a word. */
    private static Problem swallowed(Change change) {
        return Problem.of(ProblemCode.VALIDATION_FAILED, "The data store did not take this " + change.entity() + ".");
    }

    private static Row only(Iterable<Row> rows) {
        return AppliedLog.first(rows).orElseThrow(NoSuchElementException::new);
    }

    /** Ends the transaction without a trace. */
    static final class TakenBack extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final transient Problem problem;

        TakenBack(Problem problem) {
            super("refused", null, false, false);
            this.problem = problem;
        }

        WriteResult result() {
            return new WriteResult.Refused(problem);
        }
    }
}
