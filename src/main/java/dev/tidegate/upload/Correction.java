package dev.tidegate.upload;

import dev.tidegate.policy.ChangeText;
import dev.tidegate.policy.HashedStrings;
import dev.tidegate.policy.Route;
import dev.tidegate.problem.Problem;
import dev.tidegate.problem.ProblemCode;
import dev.tidegate.problem.Refusal;
import dev.tidegate.problem.Violation;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Another body for an operation that could not be applied: still the same kind of change of the same object. It is judged for
 * whoever sent the operation, not for who corrects it, as strictly as can be without the store; its hashed strings are hashed
 * before anything is kept.
 */
final class Correction {
    private final BatchRules rules;
    private final HashedStrings hashes;

    Correction(BatchRules rules, HashedStrings hashes) {
        this.rules = rules;
        this.hashes = hashes;
    }

    /** Whether to make it takes long: strings are to be hashed. */
    boolean isHeavy(ChangeText text) {
        return hashes.areIn(text);
    }

    /** The operation as it may be kept; or refuses. */
    ChangeText of(DeadLetterFile file, ChangeText text) {
        DeadLetter letter = file.letter();
        requireSame(letter, text);
        requireRules(file, hashes.withoutHashes(text, (member, value) -> isKept(letter, member, value)));
        return hashes.hash(text, UUID.randomUUID().toString(), (member, value) -> isKept(letter, member, value));
    }

    /** Who corrects an operation sees its hashes, and sends those back that are to stay. */
    private static boolean isKept(DeadLetter letter, String member, @Nullable Object value) {
        return value instanceof String
                && (value.equals(attribute(letter.sent(), member))
                        || value.equals(attribute(letter.operation(), member)));
    }

    private static @Nullable Object attribute(Map<String, @Nullable Object> operation, String member) {
        return operation.get("attributes") instanceof Map<?, ?> attributes ? attributes.get(member) : null;
    }

    private static void requireSame(DeadLetter letter, ChangeText text) {
        List<Violation> other = new ArrayList<>();
        String kind = text.kind().name().toLowerCase(Locale.ROOT);
        same(letter, "op", Optional.of(kind), text).ifPresent(other::add);
        same(letter, "entity", Optional.of(text.entity()), text).ifPresent(other::add);
        // One that names no object at all may be given an id.
        if (letter.sent().containsKey("id")) {
            same(letter, "id", text.id(), text).ifPresent(other::add);
        }
        if (!other.isEmpty()) {
            throw Refusal.of(other);
        }
    }

    private static Optional<Violation> same(DeadLetter letter, String member, Optional<String> value, ChangeText text) {
        return value.filter(it -> it.equals(letter.sent().get(member))).isPresent()
                ? Optional.empty()
                : Optional.of(Violation.at(
                        text.pointer() + "/" + member,
                        ProblemCode.VALIDATION_FAILED,
                        "'" + member + "' has to be that of the operation: it may be changed in what it writes, not in "
                                + "what it is about. Discard it and send another in a new batch."));
    }

    private void requireRules(DeadLetterFile file, ChangeText text) {
        BatchText alone = new BatchText(
                file.letter().batch(),
                file.letter().client().client(),
                Optional.empty(),
                file.modelVersion(),
                file.scope(),
                false,
                List.of(text));
        List<Problem> broken = rules.steps(file.submitter(), alone, List.of(0), Route.BATCH).stream()
                .flatMap(step -> step.todo() instanceof Step.Keep(var outcome) && outcome.isError()
                        ? outcome.problem().stream()
                        : Optional.<Problem>empty().stream())
                .toList();
        if (!broken.isEmpty()) {
            throw new Refusal(BatchRules.strictly(broken));
        }
    }
}
