package dev.tidegate.upload;

import dev.tidegate.model.BatchId;
import dev.tidegate.model.ClientId;
import dev.tidegate.problem.ProblemCode;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Which operations are meant, of those that could not be applied; {@code since} inclusive, {@code until} exclusive. */
public record DeadLetterFilter(
        Optional<String> caller,
        Optional<ClientId> client,
        Optional<BatchId> batch,
        Optional<String> profile,
        Optional<String> entity,
        Optional<ProblemCode> code,
        Optional<Instant> since,
        Optional<Instant> until) {

    /** What is set, by the names of the contract, as text. */
    public Map<String, String> names() {
        Map<String, String> names = new LinkedHashMap<>();
        caller.ifPresent(it -> names.put("caller", it));
        client.ifPresent(it -> names.put("client", it.toString()));
        batch.ifPresent(it -> names.put("batch", it.toString()));
        profile.ifPresent(it -> names.put("profile", it));
        entity.ifPresent(it -> names.put("entity", it));
        code.ifPresent(it -> names.put("code", it.code()));
        since.ifPresent(it -> names.put("since", it.toString()));
        until.ifPresent(it -> names.put("until", it.toString()));
        return names;
    }
}
