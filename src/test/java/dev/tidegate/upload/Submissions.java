package dev.tidegate.upload;

import dev.tidegate.model.BatchId;
import dev.tidegate.model.ClientId;
import dev.tidegate.model.ClientKey;
import dev.tidegate.model.ProfileName;
import dev.tidegate.model.RoleName;
import dev.tidegate.model.StoreName;
import dev.tidegate.observation.TraceParent;
import dev.tidegate.policy.Caller;
import dev.tidegate.policy.ChangeText;
import dev.tidegate.problem.ProblemCode;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;

/** Submissions for tests, each a client's next unless said otherwise. */
public final class Submissions {
    public static final StoreName FIELD = new StoreName("field");
    public static final StoreName ARCHIVE = new StoreName("archive");

    private final Submitter submitter;
    private final ClientId client = new ClientId(UUID.randomUUID());

    private Submissions(String caller) {
        this.submitter = new Submitter(
                new Caller(caller, Set.of(new RoleName("Engineer")), ZoneId.of("Europe/Paris")),
                new ProfileName("Mobile"));
    }

    public static Submissions of(String caller) {
        return new Submissions(caller);
    }

    /** The same, sent by a call that is recorded there. */
    public static Submission recorded(Submission submission, TraceParent at) {
        Submitter by = submission.submitter();
        return new Submission(
                new Submitter(by.caller(), by.profile(), by.request(), Optional.of(at)),
                submission.batch(),
                submission.digest(),
                submission.shares(),
                submission.decided());
    }

    public ClientKey client() {
        return new ClientKey(submitter.caller().name(), client);
    }

    /** No text column of PostgreSQL takes a NUL character. */
    public static Submission unkeepable() {
        return of("mal\0ory").batch("x");
    }

    public BatchText text(Optional<BatchId> after, String... titles) {
        return text(new BatchId(UUID.randomUUID()), after, titles);
    }

    public BatchText text(BatchId id, String... titles) {
        return text(id, Optional.empty(), titles);
    }

    private BatchText text(BatchId id, Optional<BatchId> after, String... titles) {
        return new BatchText(
                id,
                client,
                after,
                Optional.of("m1"),
                BatchScope.FULL,
                false,
                IntStream.range(0, titles.length)
                        .mapToObj(index -> new ChangeText(
                                ChangeText.Kind.UPDATE,
                                "Shop.Order",
                                Optional.of(UUID.randomUUID().toString()),
                                Optional.of("7"),
                                Map.of("Title", titles[index]),
                                Map.of(),
                                "/operations/" + index))
                        .toList());
    }

    /** A batch for store {@link #FIELD}. */
    public Submission batch(String... titles) {
        return of(text(Optional.empty(), titles));
    }

    public Submission after(BatchId predecessor) {
        return of(text(Optional.of(predecessor), "later"));
    }

    public Submission of(BatchText text, StoreName... stores) {
        List<StoreName> all = stores.length == 0 ? List.of(FIELD) : List.of(stores);
        List<Submission.Share> shares = IntStream.range(0, all.size())
                .mapToObj(at -> new Submission.Share(
                        all.get(at),
                        IntStream.range(0, text.operations().size())
                                .filter(index -> index % all.size() == at)
                                .boxed()
                                .toList()))
                .toList();
        return new Submission(submitter, text, Digest.of(submitter.profile(), text), shares, List.of());
    }

    public Submission rejectingFirst(BatchText text) {
        Submission fine = of(text);
        return new Submission(fine.submitter(), text, fine.digest(), fine.shares(), List.of(rejected(0)));
    }

    public static OperationOutcome rejected(int index) {
        return OperationOutcome.rejected(index, ProblemCode.NO_SUCH_OBJECT, "There is nothing.");
    }
}
