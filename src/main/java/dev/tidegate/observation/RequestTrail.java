package dev.tidegate.observation;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is known so far of a request that is being worked on, for whoever writes a line meanwhile: ids, and the caller's name.
 * Goes with the request, under {@link #KEY}; others may look at it from any thread.
 */
public final class RequestTrail {
    /** Under which it stands in the context that a request is worked on in. */
    public static final String KEY = RequestTrail.class.getName();

    private final String request;
    private final Optional<String> trace;
    private final Span span;
    private volatile @Nullable String caller;
    private volatile @Nullable String client;
    private volatile @Nullable String batch;

    /**
     * {@code request} is the request's id: of letters, digits, and {@code . _ -}. {@code trace} is the id of the trace to which
     * it belongs, 32 hexadecimal digits: that of its span, and where nobody follows it what its caller says.
     */
    public RequestTrail(String request, Optional<String> trace, Span span) {
        this.request = request;
        this.trace = span.place().map(TraceParent::trace).or(() -> trace);
        this.span = span;
    }

    /** Of a request that nobody follows. */
    public RequestTrail(String request, Optional<String> trace) {
        this(request, trace, Span.NONE);
    }

    public String request() {
        return request;
    }

    public Optional<String> trace() {
        return trace;
    }

    /** The request, as it is followed. */
    public Span span() {
        return span;
    }

    public Optional<String> caller() {
        return Optional.ofNullable(caller);
    }

    public Optional<String> client() {
        return Optional.ofNullable(client);
    }

    public Optional<String> batch() {
        return Optional.ofNullable(batch);
    }

    /** It is this caller's. */
    public void by(String name) {
        caller = name;
    }

    /** It comes from this client. */
    public void from(String id) {
        client = id;
    }

    /** It is about this batch. */
    public void about(String id) {
        batch = id;
    }
}
