package dev.tidegate.store;

import io.smallrye.common.vertx.VertxContext;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnection;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The shared lines to one store: one for each event loop that asks, opened when it is first asked for. */
final class SharedLines {
    /** So many times what is under way on a line may have been asked on it: while the store works, the next are at hand. */
    private static final int ASKED_AHEAD = 4;

    /** After a failed attempt to connect, that loop leaves the store alone for so long. */
    private static final long REST_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Vertx vertx;
    private final Supplier<Future<PgConnection>> connect;
    private final int most;
    private final Map<Thread, OfLoop> loops = new ConcurrentHashMap<>();

    /** {@code pipelining} statements are under way on each; with one, nothing is shared. */
    SharedLines(Vertx vertx, Supplier<Future<PgConnection>> connect, int pipelining) {
        this.vertx = vertx;
        this.connect = connect;
        this.most = pipelining > 1 ? pipelining * ASKED_AHEAD : 0;
    }

    /** The line of the event loop that asks, if it has room just now. To be used before anything else happens on this loop. */
    Optional<SharedLine> free() {
        return most > 0 && Context.isOnEventLoopThread()
                ? loops.computeIfAbsent(Thread.currentThread(), _ -> new OfLoop(root()))
                        .free()
                : Optional.empty();
    }

    /** Without the locals of the call that happens to be the first. */
    private Context root() {
        return VertxContext.getRootContext(vertx.getOrCreateContext());
    }

    void close() {
        loops.values().forEach(OfLoop::close);
    }

    private final class OfLoop {
        private final Context loop;
        private @Nullable SharedLine line;
        private boolean connecting;
        private boolean closed;
        private long restsUntil = System.nanoTime();

        OfLoop(Context loop) {
            this.loop = loop;
        }

        Optional<SharedLine> free() {
            SharedLine open = line;
            if (open == null || open.isClosed()) {
                connectSoon();
                return Optional.empty();
            }
            return open.isFree() ? Optional.of(open) : Optional.empty();
        }

        private void connectSoon() {
            if (!connecting && System.nanoTime() - restsUntil >= 0) {
                connecting = true;
                loop.runOnContext(_ -> connect.get().onComplete(opened -> {
                    connecting = false;
                    if (opened.succeeded() && closed) {
                        opened.result().close();
                    } else if (opened.succeeded()) {
                        line = new SharedLine(vertx, opened.result(), most);
                    } else {
                        restsUntil = System.nanoTime() + REST_NANOS;
                    }
                }));
            }
        }

        void close() {
            loop.runOnContext(_ -> {
                closed = true;
                SharedLine open = line;
                line = null;
                if (open != null) {
                    open.close();
                }
            });
        }
    }
}
