package dev.tidegate.store;

import dev.tidegate.model.Change;
import dev.tidegate.model.MemberValue;
import dev.tidegate.model.UploadedFile;
import dev.tidegate.policy.Caller;
import dev.tidegate.problem.ProblemCode;
import dev.tidegate.problem.Result;
import dev.tidegate.problem.Violation;
import dev.tidegate.upload.FileId;
import dev.tidegate.upload.FileKey;
import dev.tidegate.upload.StoreNotReady;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Puts the bytes of uploaded files in the place of what refers to them, just before a change is written: one change at a time,
 * so that no more than its files are in memory.
 */
final class FilledChanges {
    private final Function<FileKey, Uni<Optional<byte[]>>> files;

    FilledChanges(Function<FileKey, Uni<Optional<byte[]>>> files) {
        this.files = files;
    }

    static boolean isToBeFilled(Change change) {
        return Change.members(change).stream()
                .anyMatch(member -> member instanceof MemberValue.OfAttribute(var _, UploadedFile _));
    }

    /** The change as it may be written; refused when a file is not there. Fails with {@link StoreNotReady} when nobody can tell. */
    Uni<Result<Change>> of(Caller owner, Change change, String pointer) {
        return isToBeFilled(change)
                ? filled(owner, Change.members(change), pointer).map(members -> members.map(all -> with(change, all)))
                : Uni.createFrom().item(Result.ok(change));
    }

    private static Change with(Change change, List<MemberValue> members) {
        return switch (change) {
            case Change.Create create -> new Change.Create(create.entity(), create.id(), members);
            case Change.Update update -> new Change.Update(update.entity(), update.id(), update.baseVersion(), members);
            case Change.Delete delete -> delete;
        };
    }

    private Uni<Result<List<MemberValue>>> filled(Caller owner, List<MemberValue> members, String pointer) {
        return Multi.createFrom()
                .iterable(members)
                .onItem()
                .transformToUniAndConcatenate(member -> filled(owner, member))
                .collect()
                .asList()
                .map(all -> Result.ok(all))
                .onFailure(Missing.class)
                .recoverWithItem(missing -> Result.refused(missing.at(pointer)))
                .onFailure()
                .transform(failure -> new StoreNotReady("files-unavailable", failure));
    }

    private Uni<MemberValue> filled(Caller owner, MemberValue member) {
        return member instanceof MemberValue.OfAttribute(var declared, UploadedFile(var id))
                ? files.apply(new FileKey(owner.name(), new FileId(id)))
                        .map(bytes -> new MemberValue.OfAttribute(
                                declared, bytes.orElseThrow(() -> new Missing(member.member(), new FileId(id)))))
                : Uni.createFrom().item(member);
    }

    /** Ends the filling of a change. */
    private static final class Missing extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final transient String member;
        private final transient FileId file;

        Missing(String member, FileId file) {
            super("no file " + file, null, false, false);
            this.member = member;
            this.file = file;
        }

        Violation at(String pointer) {
            return Violation.at(
                    pointer + "/attributes/" + member,
                    ProblemCode.NO_SUCH_FILE,
                    "The file '" + file + "' is not there any more. Upload it again, then retry this operation.");
        }
    }
}
