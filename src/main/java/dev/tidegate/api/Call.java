package dev.tidegate.api;

import dev.tidegate.model.Profile;
import dev.tidegate.policy.Caller;
import io.vertx.core.http.HttpServerRequest;
import java.util.Optional;

/** A call that was let in: who calls, in which profile, and what came with it besides a body. */
record Call(Signed signed, Profile profile, QueryString query, HttpServerRequest request) {

    Caller caller() {
        return signed.caller();
    }

    Optional<String> header(String name) {
        return Optional.ofNullable(request.getHeader(name));
    }
}
