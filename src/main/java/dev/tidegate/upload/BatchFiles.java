package dev.tidegate.upload;

import dev.tidegate.model.Change;
import dev.tidegate.model.MemberValue;
import dev.tidegate.model.UploadedFile;
import dev.tidegate.policy.ChangeText;
import dev.tidegate.problem.Problem;
import dev.tidegate.problem.ProblemCode;
import dev.tidegate.problem.Refusal;
import dev.tidegate.problem.Violation;
import io.smallrye.mutiny.Uni;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Files that operations refer to. They are pinned before what refers to them is made durable, so that none of them is
 * forgotten while that waits; what refers to one that is not there is rejected.
 */
final class BatchFiles {
    private final FileContents contents;

    BatchFiles(FileContents contents) {
        this.contents = contents;
    }

    static boolean areIn(ChangeText operation) {
        return in(operation.attributes()).findAny().isPresent();
    }

    private static Stream<FileId> in(Map<?, ? extends @Nullable Object> attributes) {
        return attributes.values().stream()
                .flatMap(value -> UploadedFile.read(value).stream())
                .map(file -> new FileId(file.id()));
    }

    /** Those of the batch's files that are there, and stay until its operations are settled. */
    Uni<Set<FileId>> pin(Submitter submitter, BatchText batch) {
        List<FileUse> uses = new ArrayList<>();
        for (int i = 0; i < batch.operations().size(); i++) {
            int index = i;
            in(batch.operations().get(i).attributes()).forEach(file -> uses.add(new FileUse(file, index)));
        }
        return pin(new BatchKey(submitter.caller().name(), batch.id()), uses);
    }

    /** The same for one operation, as JSON, that is tried again. */
    Uni<Set<FileId>> pin(DeadLetter letter, Map<String, @Nullable Object> operation) {
        List<FileUse> uses = operation.get("attributes") instanceof Map<?, ?> attributes
                ? in(attributes).map(file -> new FileUse(file, letter.index())).toList()
                : List.of();
        return pin(new BatchKey(letter.client().caller(), letter.batch()), uses);
    }

    private Uni<Set<FileId>> pin(BatchKey batch, Collection<FileUse> uses) {
        return uses.isEmpty() ? Uni.createFrom().item(Set.of()) : contents.pin(batch, uses);
    }

    /** The steps, those rejected that would write a file which is not among these. */
    static List<Step> judged(List<Step> steps, Set<FileId> there) {
        return steps.stream()
                .map(step -> missing(step, there)
                        .map(problem -> step.keep(OperationOutcome.rejected(step.index(), problem)))
                        .orElse(step))
                .toList();
    }

    private static Optional<Problem> missing(Step step, Set<FileId> there) {
        List<Violation> violations = step.todo() instanceof Step.Write write
                ? Change.members(write.change()).stream()
                        .flatMap(member -> missing(member, step.pointer(), there).stream())
                        .toList()
                : List.of();
        return violations.isEmpty() ? Optional.empty() : Optional.of(Problem.of(violations));
    }

    private static Optional<Violation> missing(MemberValue member, String pointer, Set<FileId> there) {
        return member instanceof MemberValue.OfAttribute(var _, UploadedFile(var id)) && !there.contains(new FileId(id))
                ? Optional.of(missing(new FileId(id), pointer + "/attributes/" + member.member()))
                : Optional.empty();
    }

    /** Refuses an operation that refers to a file which is not among these. */
    static void requireAll(ChangeText operation, Set<FileId> there) {
        List<Violation> violations = operation.attributes().entrySet().stream()
                .flatMap(member -> UploadedFile.read(member.getValue()).stream()
                        .map(file -> new FileId(file.id()))
                        .filter(file -> !there.contains(file))
                        .map(file -> missing(file, operation.pointer() + "/attributes/" + member.getKey())))
                .toList();
        if (!violations.isEmpty()) {
            throw new Refusal(BatchRules.strictly(List.of(Problem.of(violations))));
        }
    }

    static Violation missing(FileId file, String pointer) {
        return Violation.at(
                pointer,
                ProblemCode.NO_SUCH_FILE,
                "There is no complete file '" + file
                        + "' of who sent the batch. Upload it, then retry this operation.");
    }
}
