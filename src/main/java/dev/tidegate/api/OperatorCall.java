package dev.tidegate.api;

import dev.tidegate.edition.Edition;
import io.vertx.ext.web.RoutingContext;

/** A call of an operator: who calls, what came with it besides a body, and what serves it. */
record OperatorCall(Edition edition, Signed signed, QueryString query, RoutingContext context) {

    String operator() {
        return signed.caller().name();
    }
}
