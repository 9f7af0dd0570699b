package dev.tidegate.api;

import dev.tidegate.problem.ProblemCode;
import dev.tidegate.problem.Refusal;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;

/** That of the operator's calls which a later version serves. */
@Path("/admin/model")
public final class OperatorResource {
    private final Calls calls;

    OperatorResource(Calls calls) {
        this.calls = calls;
    }

    @GET
    public Uni<Void> get() {
        return calls.ofOperator()
                .invoke(_ -> {
                    throw Refusal.of(ProblemCode.NOT_IMPLEMENTED_YET, "This call is not implemented yet.");
                })
                .replaceWithVoid();
    }
}
