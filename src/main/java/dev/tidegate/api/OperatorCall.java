package dev.tidegate.api;

import io.vertx.ext.web.RoutingContext;

/** A call of an operator: who calls, and what came with it besides a body. */
record OperatorCall(Signed signed, QueryString query, RoutingContext context) {

    String operator() {
        return signed.caller().name();
    }
}
