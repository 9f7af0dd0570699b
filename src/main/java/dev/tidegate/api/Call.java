package dev.tidegate.api;

import dev.tidegate.edition.Edition;
import dev.tidegate.model.ClientId;
import dev.tidegate.model.Profile;
import dev.tidegate.observation.RequestTrail;
import dev.tidegate.policy.Caller;
import dev.tidegate.problem.ProblemCode;
import dev.tidegate.problem.Refusal;
import dev.tidegate.upload.BatchText;
import dev.tidegate.upload.Submitter;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;

/** A call that was let in: who calls, in which profile, what came with it besides a body, and what serves it. */
record Call(Edition edition, Signed signed, Profile profile, QueryString query, RoutingContext context) {

    Caller caller() {
        return signed.caller();
    }

    HttpServerRequest request() {
        return context.request();
    }

    Optional<String> header(String name) {
        return Optional.ofNullable(request().getHeader(name));
    }

    /** Only there devices keep objects. */
    void requireOffline() {
        if (!profile.isOffline()) {
            throw Refusal.of(
                    ProblemCode.PROFILE_NOT_OFFLINE,
                    "Profile '" + profile.name()
                            + "' is not an offline profile: no batches are sent from it, and nothing is downloaded. Read and write live.");
        }
    }

    /** The id of the request, for those who watch. */
    String requestId() {
        return RequestTrails.of(context).request();
    }

    /** Who sends a batch with it. */
    Submitter submitter() {
        RequestTrail trail = RequestTrails.of(context);
        return new Submitter(
                caller(),
                profile.name(),
                Optional.of(trail.request()),
                trail.span().recorded());
    }

    /** Notes which client calls, for lines of the log. */
    void from(ClientId client) {
        RequestTrails.of(context).from(client.toString());
    }

    /** Notes which batch of which client it brings. */
    void brings(BatchText batch) {
        from(batch.client());
        RequestTrails.of(context).about(batch.id().toString());
    }

    /** Notes which entity the body names: if the call is refused, the measures can tell. */
    void about(String entity) {
        Faults.noteEntity(context, entity);
    }
}
