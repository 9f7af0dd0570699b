package dev.tidegate.api;

import dev.tidegate.problem.Problem;
import dev.tidegate.problem.ProblemCode;
import dev.tidegate.problem.Refusal;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import java.time.Duration;

/** An endpoint of the tests, which has nothing but what every endpoint has. */
@Path("/v1/profiles/{profile}/echo")
@Produces("application/json")
public final class EchoResource {
    private final Calls calls;

    EchoResource(Calls calls) {
        this.calls = calls;
    }

    @GET
    public Uni<String> get(@PathParam("profile") String profile) {
        return calls.in(profile).map(call -> {
            int limit = call.query().integer("limit", 1, 10).orElse(5);
            call.query().finish();
            return "{\"limit\":" + limit + "}";
        });
    }

    @POST
    @Consumes("application/json")
    public Uni<String> post(@PathParam("profile") String profile) {
        return calls.withBody(profile).map(call -> {
            String text = call.body().string("text");
            call.body().finish();
            return "{\"length\":" + text.length() + "}";
        });
    }

    @GET
    @Path("bug")
    public Uni<String> bug() {
        return Uni.createFrom().failure(new IllegalStateException("SELECT secret FROM table"));
    }

    @GET
    @Path("busy")
    public Uni<String> busy() {
        return Uni.createFrom()
                .failure(new Refusal(Problem.retryable(ProblemCode.QUEUE_FULL, "Full.", Duration.ofMillis(1500))));
    }
}
