package dev.tidegate.store;

import dev.tidegate.model.Model;
import dev.tidegate.model.OwnedEnd;
import dev.tidegate.model.ValueType;
import dev.tidegate.sql.ChangeStatements;
import dev.tidegate.upload.Ties;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import java.util.List;
import java.util.Objects;

/**
 * Answers from the store what {@link Ties} ask, a statement for each association. What it finds holds to the end of the
 * transaction, if the objects of the group are locked before.
 */
final class TieLook {
    private final SqlConnection connection;
    private final Model model;
    private final ChangeStatements statements;
    private final Ties ties;

    TieLook(SqlConnection connection, ChangeTools tools, Ties ties) {
        this.connection = connection;
        this.model = tools.model();
        this.statements = tools.writes().statements();
        this.ties = ties;
    }

    /** These, and those to which the answers lead. */
    Uni<Void> ask(List<Ties.Question> questions) {
        return questions.isEmpty()
                ? Uni.createFrom().voidItem()
                : InARow.all(questions.stream().map(this::ask).toList()).flatMap(_ -> ask(ties.questions()));
    }

    private Uni<Void> ask(Ties.Question question) {
        OwnedEnd end = question.end();
        ValueType near = model.idType(end.source());
        ValueType far = model.idType(end.target());
        return ChangeValues.run(connection, statements.tied(end, question.ids(), question.among()))
                .invoke(rows -> rows.forEach(row -> ties.tie(
                        end,
                        Objects.requireNonNull(ChangeValues.read(row, 0, near)),
                        Objects.requireNonNull(ChangeValues.read(row, 1, far)))))
                .replaceWithVoid();
    }
}
