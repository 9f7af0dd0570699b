package dev.tidegate.store;

import dev.tidegate.model.Association;
import dev.tidegate.model.EntityName;
import dev.tidegate.model.Model;
import dev.tidegate.sql.ChangeStatements;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * The other objects that one operation makes new versions of: those whose reference a delete empties, those at the far end of
 * a reference that both ends own. What a client does to them this way is its own change of them as well ({@code rules}:
 * conflicts). Told before it happens, so that the version before is known.
 */
final class Touches {
    private final Model model;
    private final SqlConnection connection;
    private final ObjectReads reads;
    private final List<Touch> all = new ArrayList<>();

    /** {@code entity} is any entity of the object's hierarchy. */
    record Touch(EntityName entity, Object id, String before) {}

    Touches(Model model, SqlConnection connection, ObjectReads reads) {
        this.model = model;
        this.connection = connection;
        this.reads = reads;
    }

    List<Touch> all() {
        return List.copyOf(all);
    }

    /** Whether pairs of a join table are part of such an object's version: only where a column keeps that. */
    boolean followsPairs(EntityName entity) {
        return model.entity(model.root(entity)).version().isPresent();
    }

    Uni<Void> before(EntityName entity, Collection<?> ids) {
        return ids.isEmpty()
                ? Uni.createFrom().voidItem()
                : reads.versions(connection, entity, ids)
                        .invoke(versions -> versions.forEach((id, version) -> all.add(new Touch(entity, id, version))))
                        .replaceWithVoid();
    }

    /** Those that stand in pairs with objects at the owner's end. */
    Uni<Void> beforePairs(Association association, Collection<?> owners) {
        return ChangeValues.run(connection, new ChangeStatements(model).paired(association, owners))
                .flatMap(rows -> before(association.to(), ids(rows)));
    }

    /** Those that refer by a column to an object that both ends let set it. */
    Uni<Void> beforeReferrers(Association association, Object target) {
        return ChangeValues.run(connection, new ChangeStatements(model).referrers(association, List.of(target)))
                .flatMap(rows -> before(association.from(), ids(rows)));
    }

    private static List<Object> ids(Iterable<Row> rows) {
        List<Object> ids = new ArrayList<>();
        rows.forEach(row -> ids.add(row.getValue(0)));
        return ids;
    }
}
