package dev.tidegate.api;

import dev.tidegate.problem.ProblemCode;
import dev.tidegate.problem.Refusal;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;

/** Calls of the contract that a later version serves. Who may not make them learns that first. */
@Path("/v1/profiles/{profile}")
public final class LaterResource {
    private final Calls calls;

    LaterResource(Calls calls) {
        this.calls = calls;
    }

    @POST
    @Path("sync")
    public Uni<Void> sync(@PathParam("profile") String profile) {
        return offlineOnly(profile, "Batches with a download in one call");
    }

    private Uni<Void> offlineOnly(String profile, String what) {
        return calls.in(profile)
                .invoke(call -> {
                    if (!call.profile().isOffline()) {
                        throw Refusal.of(
                                ProblemCode.PROFILE_NOT_OFFLINE,
                                "Profile '" + call.profile().name()
                                        + "' is not an offline profile. Read and write live.");
                    }
                    refuse(what);
                })
                .replaceWithVoid();
    }

    private static void refuse(String what) {
        throw Refusal.of(ProblemCode.NOT_IMPLEMENTED_YET, what + " are not implemented yet.");
    }
}
