package dev.tidegate.problem;

import java.util.Arrays;
import java.util.Optional;

/**
 * The catalogue of everything the gateway says no with. A code is stable: clients branch on it, {@code /problems/{code}}
 * explains it, metrics count it. Outcome codes never answer a request by themselves; they stand in the outcome of an
 * operation, and their status is the one that a live call would have had.
 */
public enum ProblemCode {
    MALFORMED_REQUEST(400, "Malformed request"),
    MALFORMED_CONSTRAINT(400, "Malformed constraint"),
    UNKNOWN_MEMBER(400, "Unknown member"),
    TYPE_MISMATCH(400, "Type mismatch"),
    LIMIT_EXCEEDED(400, "Limit exceeded"),
    INVALID_CURSOR(400, "Invalid cursor"),

    UNAUTHENTICATED(401, "Unauthenticated"),
    PROFILE_NOT_ALLOWED(403, "Profile not allowed"),
    ACCESS_DENIED(403, "Access denied"),

    UNKNOWN_PROFILE(404, "Unknown profile"),
    UNKNOWN_ENTITY(404, "Unknown entity"),
    NOT_IN_PROFILE(404, "Not in this profile"),
    NO_SUCH_OBJECT(404, "No such object"),
    NO_SUCH_BATCH(404, "No such batch"),
    NO_SUCH_ERROR(404, "No such error"),
    NO_SUCH_FILE(404, "No such file"),
    NO_SUCH_CLIENT(404, "No such client"),
    NO_SUCH_PATH(404, "No such path"),

    METHOD_NOT_ALLOWED(405, "Method not allowed"),
    NOT_ACCEPTABLE(406, "Not acceptable"),
    TOO_LARGE(413, "Too large"),
    UNSUPPORTED_MEDIA_TYPE(415, "Unsupported media type"),
    RATE_LIMITED(429, "Rate limited"),

    BATCH_ID_REUSED(409, "Batch id reused"),
    IDEMPOTENCY_KEY_REUSED(409, "Idempotency key reused"),
    UNKNOWN_PREDECESSOR(409, "Unknown predecessor"),
    OBJECT_EXISTS(409, "Object exists"),
    NOT_UNIQUE(409, "Not unique"),
    DELETE_PREVENTED(409, "Delete prevented"),
    OFFSET_MISMATCH(409, "Offset mismatch"),
    FILE_ID_REUSED(409, "File id reused"),

    CURSOR_EXPIRED(410, "Cursor expired"),
    VERSION_MISMATCH(412, "Version mismatch"),
    RANGE_NOT_SATISFIABLE(416, "Range not satisfiable"),

    ENTITY_NOT_ONLINE(422, "Entity is not online"),
    MIXED_HIERARCHY_QUERY(422, "Query on a mixed hierarchy"),
    CROSS_MODE_CONSTRAINT(422, "Constraint across sync modes"),
    READ_ONLY_ASSOCIATION(422, "Read-only association"),
    ONLINE_ENTITY_IN_BATCH(422, "Online entity in a batch"),
    PROFILE_NOT_OFFLINE(422, "Profile is not offline"),

    VALIDATION_FAILED(422, "Validation failed"),
    DANGLING_REFERENCE(422, "Dangling reference"),
    READ_ONLY_MEMBER(422, "Read-only member"),
    WRONG_ENTITY(422, "Wrong entity"),
    MEMBER_NOT_USABLE(422, "Member is not usable"),
    ATOMIC_ACROSS_STORES(422, "Atomic batch across stores"),
    CROSS_STORE_CONSTRAINT(422, "Constraint across stores"),
    DIGEST_MISMATCH(422, "Digest mismatch"),
    MODEL_REFUSED(422, "Model refused"),

    INTERNAL_ERROR(500, "Internal error"),
    STORE_UNAVAILABLE(503, "Store unavailable"),
    QUEUE_UNAVAILABLE(503, "Queue unavailable"),
    QUEUE_FULL(503, "Queue full"),
    OVERLOADED(503, "Overloaded"),
    IDENTITY_UNAVAILABLE(503, "Identity provider unavailable"),
    STORE_TIMEOUT(504, "Store timeout"),

    BATCH_FAILED(500, "Batch failed"),
    STALE(409, "Stale"),
    PARKED(409, "Parked"),
    SKIPPED_NEVER(422, "Skipped: never synchronized"),
    DELETE_NOT_SELECTIVE(422, "Delete in a selective sync");

    private final int status;
    private final String title;
    private final String code;

    ProblemCode(int status, String title) {
        this.status = status;
        this.title = title;
        this.code = name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
    }

    /** The stable code as it stands in JSON, URLs and metrics: {@code entity-not-online}. */
    public String code() {
        return code;
    }

    /** The HTTP status of an answer that says this. */
    public int status() {
        return status;
    }

    /** A few words for a person, the same for every occurrence (RFC 9457, {@code title}). */
    public String title() {
        return title;
    }

    /** The code with this text, or empty when the catalogue has none. */
    public static Optional<ProblemCode> of(String code) {
        return Arrays.stream(values()).filter(known -> known.code.equals(code)).findFirst();
    }

    @Override
    public String toString() {
        return code;
    }
}
