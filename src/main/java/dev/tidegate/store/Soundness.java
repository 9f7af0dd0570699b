package dev.tidegate.store;

import dev.tidegate.model.Change;
import dev.tidegate.upload.OperationOutcome;
import dev.tidegate.upload.PartWork;
import dev.tidegate.upload.Step;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Sorts out operations that refer to what is not there: they wait for it where that is of use, or are rejected. */
final class Soundness {
    private final SqlConnection connection;
    private final ObjectWrites writes;
    private final AppliedLog log;

    Soundness(SqlConnection connection, ChangeTools tools, AppliedLog log) {
        this.connection = connection;
        this.writes = tools.writes();
        this.log = log;
    }

    /** Those of the operations that refer to nothing that is not there; the outcomes of the others are noted. */
    Uni<List<Fine>> sound(List<Fine> fine) {
        return fine.isEmpty()
                ? Uni.createFrom().item(fine)
                : writes.dangling(
                                connection,
                                fine.stream().map(Soundness::referring).toList())
                        .map(found -> {
                            List<Fine> sound = new ArrayList<>();
                            for (int i = 0; i < fine.size(); i++) {
                                Fine one = fine.get(i);
                                found.get(i).ifPresentOrElse(dangling -> note(one, dangling), () -> sound.add(one));
                            }
                            return sound;
                        });
    }

    private static References.Referring referring(Fine fine) {
        return new References.Referring(fine.change(), fine.unit().step().pointer());
    }

    private void note(Fine fine, References.Dangling dangling) {
        PartWork part = fine.unit().part();
        Step step = fine.unit().step();
        log.note(part, step, outcome(part, step, dangling));
    }

    /** What comes of an operation of which more is to be written, if that refers to what is not there. */
    Uni<Optional<OperationOutcome>> objection(PartWork part, Step step, Change change) {
        return writes.dangling(connection, List.of(new References.Referring(change, step.pointer())))
                .map(List::getFirst)
                .map(found -> found.map(dangling -> outcome(part, step, dangling)));
    }

    private OperationOutcome outcome(PartWork part, Step step, References.Dangling dangling) {
        return log.parking().mayWait(part, step, dangling.missing())
                ? OperationOutcome.parked(step.index(), dangling.waiting())
                : OperationOutcome.rejected(step.index(), dangling.problem());
    }
}
