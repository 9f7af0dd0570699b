package dev.tidegate.problem;

/** Where in a request a violation stands. */
public sealed interface Place {

    /** An offset into a parameter's text. {@code position} is a 0-based offset in UTF-16 code units. */
    record InParameter(String parameter, int position) implements Place {}

    /** A JSON Pointer (RFC 6901) into the request's body. */
    record AtPointer(String pointer) implements Place {}

    /** The request as a whole. */
    record Nowhere() implements Place {}
}
