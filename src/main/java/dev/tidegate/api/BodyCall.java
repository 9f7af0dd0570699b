package dev.tidegate.api;

/** A call that was let in and whose body is a JSON object; its members are still to be read. */
record BodyCall(Call call, JsonObject body) {}
