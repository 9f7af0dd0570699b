package dev.tidegate.read;

import dev.tidegate.model.Change;
import dev.tidegate.model.EntityName;
import dev.tidegate.model.Model;
import dev.tidegate.model.RoleName;
import dev.tidegate.model.StoreName;
import dev.tidegate.model.ValueType;
import dev.tidegate.observation.Observation;
import dev.tidegate.observation.Observer;
import dev.tidegate.policy.Caller;
import dev.tidegate.policy.ChangeRules;
import dev.tidegate.policy.ChangeText;
import dev.tidegate.policy.ContentDigest;
import dev.tidegate.policy.Grant;
import dev.tidegate.policy.HashedStrings;
import dev.tidegate.policy.QueryText;
import dev.tidegate.policy.Route;
import dev.tidegate.policy.Rulebook;
import dev.tidegate.problem.ProblemCode;
import dev.tidegate.problem.Refusal;
import dev.tidegate.problem.Result;
import dev.tidegate.shape.ShownObject;
import dev.tidegate.xpath.Situation;
import io.smallrye.mutiny.Uni;
import java.time.Clock;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.function.Function;

/**
 * Live writes from start to end: judged as far as that needs no store, then in the store's transaction, and answered with the
 * object as it is then. Fails with a {@link Refusal} for whatever the client must be told; nothing was written then, but for
 * {@code store-timeout}, after which nobody knows until the same is sent again under the same key.
 */
public final class LiveWrites {
    private static final int REPEATS = 4;
    private static final Duration FIRST_PAUSE = Duration.ofMillis(15);
    private static final Duration LONGEST_PAUSE = Duration.ofMillis(250);

    private final Model model;
    private final Rulebook rulebook;
    private final ChangeRules rules;
    private final ReadPlans plans;
    private final HashedStrings hashes;
    private final ObjectWriter writer;
    private final Clock clock;
    private final Observer observer;
    private final Executor heavyWork;

    /** What live writes work with, apart from the rules; strings are hashed on {@code heavyWork}, off the event loop. */
    public record Tools(ObjectWriter writer, Clock clock, Observer observer, Executor heavyWork) {}

    /** A change that was judged by what the request says; {@code request} has its strings hashed. */
    private record Decided(WriteRequest request, Change change) {
        EntityName entity() {
            return change.entity();
        }
    }

    public LiveWrites(Rulebook rulebook, ChangeRules rules, ReadPlans plans, Tools tools) {
        this.model = rulebook.model();
        this.rulebook = rulebook;
        this.rules = rules;
        this.plans = plans;
        this.hashes = new HashedStrings(model);
        this.writer = tools.writer();
        this.clock = tools.clock();
        this.observer = tools.observer();
        this.heavyWork = tools.heavyWork();
    }

    /** {@code json} writes an object as answers show it. */
    public Uni<WriteAnswer> write(WriteRequest request, Function<ShownObject, String> json) {
        long start = System.nanoTime();
        return Uni.createFrom()
                .item(() -> decided(request))
                .flatMap(this::hashed)
                .flatMap(decided -> written(decided, json)
                        .invoke(done -> served(decided, done, Duration.ofNanos(System.nanoTime() - start))))
                .map(WriteResult.Done::answer);
    }

    private Decided decided(WriteRequest request) {
        Change change = rules.decide(request.profile(), request.caller().roles(), request.change(), Route.LIVE)
                .orRefuse();
        return new Decided(request, change);
    }

    private StoreName store(Decided decided) {
        return model.entity(decided.entity()).store();
    }

    private Uni<Decided> hashed(Decided decided) {
        return hashes.areIn(decided.request().change())
                ? Uni.createFrom().item(() -> hash(decided)).runSubscriptionOn(heavyWork)
                : Uni.createFrom().item(decided);
    }

    /** A repeated request has to be recognized, so its salt is that of its key; without a key it is a new one. */
    private Decided hash(Decided decided) {
        WriteRequest request = decided.request();
        String place = request.key()
                .map(key -> "live|" + request.caller().name() + "|" + key.value())
                .orElseGet(() -> "live|" + UUID.randomUUID());
        ChangeText hashed = hashes.hash(request.change(), place);
        return new Decided(
                new WriteRequest(
                        request.profile(),
                        request.caller(),
                        hashed,
                        request.precondition(),
                        request.key(),
                        request.id()),
                HashedStrings.replaced(decided.change(), hashed));
    }

    private Uni<WriteResult.Done> written(Decided decided, Function<ShownObject, String> json) {
        StoreName store = store(decided);
        return Uni.createFrom()
                .deferred(() -> writer.write(work(decided, json)))
                .onFailure(NotWritten.class)
                .invoke(() -> observer.see(new Observation.WriteRepeated(store)))
                .onFailure(NotWritten.class)
                .retry()
                .withBackOff(FIRST_PAUSE, LONGEST_PAUSE)
                .withJitter(0.5)
                .atMost(REPEATS)
                .onFailure(NotWritten.class)
                .transform(NotWritten::refusal)
                .map(LiveWrites::done);
    }

    private WriteWork work(Decided decided, Function<ShownObject, String> json) {
        WriteRequest request = decided.request();
        EntityName entity = decided.entity();
        Set<RoleName> roles = request.caller().roles();
        List<Grant> grants = rulebook.grants(roles, entity);
        Situation situation = request.caller().at(clock.instant());
        ValueType idType = model.idType(entity);
        return new WriteWork(
                store(decided),
                decided.change(),
                grants,
                rulebook.readable(roles, model.root(entity)),
                situation,
                new LiveJudgement(rules, decided.change(), grants, request.precondition()),
                new WriteAnswering(entity, idType, plan(request, entity), situation, json),
                request.key().map(key -> remembrance(request, key)));
    }

    /** None when a query cannot show such objects to the caller, for want of rights or by a limitation of the modes. */
    private Optional<ReadPlan> plan(WriteRequest request, EntityName entity) {
        QueryText object =
                new QueryText(entity.toString(), Optional.empty(), Set.of(), Optional.empty(), List.of(), List.of());
        return switch (plans.object(request.profile(), request.caller().roles(), object)) {
            case Result.Ok<ReadPlan>(ReadPlan plan) -> Optional.of(plan);
            case Result.Refused<ReadPlan> _ -> Optional.empty();
        };
    }

    /** Keys are the caller's own; what is kept of them tells nobody's name. */
    private static WriteWork.Remembrance remembrance(WriteRequest request, IdempotencyKey key) {
        Caller caller = request.caller();
        ContentDigest content = new ContentDigest()
                .text(request.profile().name().value())
                .change(request.change())
                .value(
                        switch (request.precondition()) {
                            case Precondition.None _ -> null;
                            case Precondition.AnyVersion _ -> true;
                            case Precondition.OneOf(var versions) -> versions;
                        });
        return new WriteWork.Remembrance(
                hex(new ContentDigest().text(caller.name()).text(key.value())), hex(content));
    }

    private static String hex(ContentDigest digest) {
        return HexFormat.of().formatHex(digest.hash());
    }

    private static WriteResult.Done done(WriteResult result) {
        return switch (result) {
            case WriteResult.Done done -> done;
            case WriteResult.Refused(var problem) -> throw new Refusal(problem);
            case WriteResult.KeyReused _ ->
                throw Refusal.of(
                        ProblemCode.IDEMPOTENCY_KEY_REUSED,
                        "You have sent another request under this Idempotency-Key. Make a new key for each write.");
        };
    }

    private void served(Decided decided, WriteResult.Done done, Duration took) {
        WriteRequest request = decided.request();
        observer.see(new Observation.WriteServed(
                new Observation.Author(
                        request.caller().name(), request.profile().name(), request.id()),
                decided.entity(),
                done.answer().id(),
                kind(decided.change()),
                done.repeated(),
                took));
    }

    private static Observation.WriteKind kind(Change change) {
        return switch (change) {
            case Change.Create _ -> Observation.WriteKind.CREATE;
            case Change.Update _ -> Observation.WriteKind.UPDATE;
            case Change.Delete _ -> Observation.WriteKind.DELETE;
        };
    }
}
