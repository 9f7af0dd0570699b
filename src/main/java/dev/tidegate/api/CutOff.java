package dev.tidegate.api;

import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.impl.ConnectionBase;

/** Ends a request whose client neither sends nor takes anything any more. */
final class CutOff {
    private CutOff() {}

    /**
     * Where the connection is the request's alone it is closed as it is: to reset the response would first wait until the client
     * has taken what it does not take, and would not tell those who wait for the end of the request, a shutdown among them.
     */
    static void of(HttpServerRequest request) {
        switch (request.version()) {
            case HTTP_1_0, HTTP_1_1 -> {
                var _ = ((ConnectionBase) request.connection())
                        .channelHandlerContext()
                        .close();
            }
            case HTTP_2 -> {
                var _ = request.response().reset();
            }
        }
    }
}
