package dev.tidegate.ops.tracing;

import io.opentelemetry.api.common.AttributeKey;

/**
 * The attributes of spans, those of OpenTelemetry's conventions where there are such. {@code src/docs/operations.md} lists them. Their
 * values are codes, numbers, and names of the model.
 */
final class Keys {
    static final AttributeKey<String> METHOD = AttributeKey.stringKey("http.request.method");
    static final AttributeKey<String> ROUTE = AttributeKey.stringKey("http.route");
    static final AttributeKey<Long> STATUS = AttributeKey.longKey("http.response.status_code");
    static final AttributeKey<String> ERROR = AttributeKey.stringKey("error.type");
    static final AttributeKey<String> DB_SYSTEM = AttributeKey.stringKey("db.system.name");
    static final AttributeKey<String> DB_OPERATION = AttributeKey.stringKey("db.operation.name");
    static final AttributeKey<String> STORE = AttributeKey.stringKey("tidegate.store");
    static final AttributeKey<String> ENTITY = AttributeKey.stringKey("tidegate.entity");
    static final AttributeKey<String> STREAM_END = AttributeKey.stringKey("tidegate.stream.end");
    static final AttributeKey<Long> PARTS = AttributeKey.longKey("tidegate.parts");
    static final AttributeKey<Long> OPERATIONS = AttributeKey.longKey("tidegate.operations");
    static final AttributeKey<Boolean> LATE = AttributeKey.booleanKey("tidegate.late");
    static final AttributeKey<Boolean> REPEATED = AttributeKey.booleanKey("tidegate.repeated");

    private Keys() {}

    /** How many operations came to that end. */
    static AttributeKey<Long> outcome(String word) {
        return AttributeKey.longKey("tidegate.outcome." + word);
    }
}
