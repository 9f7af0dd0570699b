package dev.tidegate.ops;

import dev.tidegate.observation.RequestTrail;
import io.smallrye.common.vertx.ContextLocals;
import io.smallrye.common.vertx.VertxContext;
import io.vertx.core.Vertx;
import io.vertx.core.impl.ContextInternal;
import java.util.Optional;

/** Finds what is known of the request that the current thread is working on, and leaves it for work that belongs to none. */
final class Trails {
    private Trails() {}

    static Optional<RequestTrail> current() {
        return VertxContext.isOnDuplicatedContext() ? ContextLocals.get(RequestTrail.KEY) : Optional.empty();
    }

    /** What begins here is no part of the request that brings it about. */
    static void apart(Runnable work) {
        if (Vertx.currentContext() instanceof ContextInternal current && current.isDuplicate()) {
            ContextInternal root = current.unwrap();
            ContextInternal before = root.beginDispatch();
            try {
                work.run();
            } finally {
                root.endDispatch(before);
            }
        } else {
            work.run();
        }
    }
}
