package dev.tidegate.store;

import dev.tidegate.model.Change;
import dev.tidegate.problem.Problem;
import dev.tidegate.problem.Result;
import dev.tidegate.upload.OperationOutcome;
import dev.tidegate.upload.PartWork;
import dev.tidegate.upload.Step;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import java.util.Optional;

/** Writes operations one by one, each in a savepoint of its own, and notes what came of them. */
final class SingleWrites {
    private final SqlConnection connection;
    private final ChangeTools tools;
    private final AppliedLog log;

    SingleWrites(SqlConnection connection, ChangeTools tools, AppliedLog log) {
        this.connection = connection;
        this.tools = tools;
        this.log = log;
    }

    Uni<Void> write(Fine fine) {
        Touches touches = touches();
        return attempt(fine.unit().part(), fine.change(), touches, fine.unit().step())
                .invoke(refused -> refused.ifPresentOrElse(
                        problem -> log.note(
                                fine.unit().part(),
                                fine.unit().step(),
                                OperationOutcome.rejected(fine.unit().step().index(), problem)),
                        () -> log.wrote(fine, touches.all())))
                .replaceWithVoid();
    }

    /** The second step of an operation that was written before; empty when it could be made. */
    Uni<Optional<Problem>> complete(PartWork part, Step step, Change change) {
        Touches touches = touches();
        return attempt(part, change, touches, step)
                .invoke(() -> touches.all().forEach(touch -> log.touched(part, touch)));
    }

    private Touches touches() {
        return new Touches(tools.model(), connection, tools.reads());
    }

    private Uni<Optional<Problem>> attempt(PartWork part, Change change, Touches touches, Step step) {
        return tools.files().of(part.caller(), change, step.pointer()).flatMap(filled -> switch (filled) {
            case Result.Ok<Change>(var whole) ->
                Transactions.timely(tools.writes().attempt(connection, whole, touches, step.pointer()));
            case Result.Refused<Change>(var violations) -> Uni.createFrom().item(Optional.of(Problem.of(violations)));
        });
    }
}
