package dev.tidegate.api;

import dev.tidegate.upload.AuditFilter;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;

/** Who did what at the dead-letter desk. */
@Path("/admin/audit")
@Produces(MediaType.APPLICATION_JSON)
public final class AuditResource {
    private static final int USUAL_PAGE = 100;
    private static final int LARGEST_PAGE = 1_000;

    private final Calls calls;

    AuditResource(Calls calls) {
        this.calls = calls;
    }

    @GET
    public Uni<byte[]> entries() {
        return calls.ofOperator().flatMap(this::entries);
    }

    private Uni<byte[]> entries(OperatorCall call) {
        QueryString query = call.query();
        AuditFilter filter =
                new AuditFilter(DeadLetterFilters.name(query, "actor"), query.instant("since"), query.instant("until"));
        int limit = query.integer("limit", 1, LARGEST_PAGE).orElse(USUAL_PAGE);
        long after = OperatorPages.after(query);
        query.finish();
        return call.edition().desk().audit(filter, after, limit + 1).map(found -> DeskJson.audit(found, limit));
    }
}
