package dev.tidegate.oracle;

import dev.tidegate.model.AggregateFunction;
import dev.tidegate.model.Attribute;
import dev.tidegate.model.DeclaredAttribute;
import dev.tidegate.model.EntityName;
import dev.tidegate.model.Model;
import dev.tidegate.model.RoleName;
import dev.tidegate.observation.Observation;
import dev.tidegate.policy.Caller;
import dev.tidegate.policy.QueryRules;
import dev.tidegate.policy.Rulebook;
import dev.tidegate.problem.Refusal;
import dev.tidegate.read.Cursors;
import dev.tidegate.read.LiveReads;
import dev.tidegate.read.ObjectStream;
import dev.tidegate.read.ReadPlans;
import dev.tidegate.read.RowSource;
import dev.tidegate.seal.Seal;
import dev.tidegate.shape.ShownObject;
import dev.tidegate.testing.TestDatabase;
import io.smallrye.mutiny.Uni;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** One generated world, in memory and in a store, and the questions about it. All of it follows from the seed. */
final class Trial {
    private static final List<Instant> MOMENTS = List.of(
            Instant.parse("2026-03-29T00:59:59.999Z"), // before summer time begins in Europe
            Instant.parse("2026-10-25T01:30:00.000456Z"), // the hour that comes twice there
            Instant.parse("2026-11-01T05:59:00Z"), // the same in New York
            Instant.parse("2024-02-29T12:34:56.789Z"),
            Instant.parse("2026-12-31T23:59:59.999999Z"),
            Instant.parse("2027-01-01T00:00:00Z"),
            Instant.parse("2011-12-30T09:59:59Z"), // a day that Samoa has not had
            Instant.parse("2026-11-20T08:15:00.123Z"));
    private static final List<Set<RoleName>> ROLES = Stream.of(
                    List.of(0),
                    List.of(0),
                    List.of(1),
                    List.of(2),
                    List.of(3),
                    List.of(1, 2),
                    List.of(1, 3),
                    List.of(1, 2, 3))
            .map(roles -> Set.copyOf(roles.stream().map(ModelMaker.ROLES::get).toList()))
            .toList();

    private static final Set<String> EXPECTED = Set.of("access-denied", "no-such-object");

    private final long seed;
    private final World world;
    private final Values values;
    private final LiveReads reads;
    private final List<Caller> callers = new ArrayList<>();
    private final Map<Caller, CallerSight> sights = new HashMap<>();

    private Trial(long seed, World world, Values values, LiveReads reads, Dice dice) {
        this.seed = seed;
        this.world = world;
        this.values = values;
        this.reads = reads;
        ROLES.forEach(roles -> callers.add(new Caller(dice.any(ModelMaker.CALLERS), roles, dice.any(Zones.ALL))));
        callers.forEach(caller -> sights.put(caller, new CallerSight(world, caller)));
    }

    /** With tables in the database that the source reads. */
    static Trial of(long seed, TestDatabase database, RowSource source) {
        Trial trial = of(seed, source);
        Tables.create(trial.world, schema(seed), database);
        return trial;
    }

    private static String schema(long seed) {
        return "w" + Long.toHexString(seed);
    }

    static Trial of(long seed, RowSource source) {
        Dice dice = Dice.of(seed, -1);
        Instant now = dice.any(MOMENTS);
        Model structure = ModelMaker.model(dice, schema(seed));
        Values values = new Values(dice, structure, now);
        World world = RuleMaker.ruled(dice, WorldMaker.world(dice, structure, values, now), values);
        LiveReads reads = new LiveReads(
                world.model(),
                new ReadPlans(world.model(), new QueryRules(Rulebook.of(world.model()))),
                source,
                new Cursors(new Seal("a secret of the test's own making".getBytes(StandardCharsets.UTF_8))),
                Clock.fixed(now, ZoneOffset.UTC),
                _ -> {});
        return new Trial(seed, world, values, reads, dice);
    }

    World world() {
        return world;
    }

    String name(long index) {
        return seed + ":" + index;
    }

    Question question(long index) {
        return question(index, UnaryOperator.identity());
    }

    /** With every value of the constraint in disguise. */
    Question question(long index, UnaryOperator<Object> disguise) {
        Dice by = Dice.of(seed, index);
        Caller caller = by.any(callers);
        CallerSight sight = sight(caller);
        boolean reckless = by.percent(2);
        List<EntityName> entities = world.model().entities().keySet().stream()
                .filter(entity -> reckless || sight.mayName(entity))
                .toList();
        EntityName entity = entities.isEmpty() ? new EntityName("M", "User") : by.any(entities);
        ConstraintMaker maker = ConstraintMaker.ofQuery(by, world, values, nameable(sight, reckless), disguise);
        Said constraint = maker.constraint(entity, by.any(0, 1, 1, 2, 2, 3));
        return new Question(
                entity,
                caller,
                constraint,
                maker.given(),
                attributes(by, entity, sight),
                sort(by, maker, entity, sight),
                expand(by, maker, entity));
    }

    /** Some object to ask for by its id: mostly one of the question's entity. */
    Thing object(Question question, long index) {
        Dice by = Dice.of(seed, ~index);
        List<Thing> of = world.in(question.entity());
        return of.isEmpty() || by.percent(10)
                ? Thing.stranger(
                        null,
                        List.of(),
                        values.ids(
                                        world.model()
                                                .entity(question.entity())
                                                .identity()
                                                .type(),
                                        1,
                                        by)
                                .getFirst())
                : by.any(of);
    }

    private static ConstraintMaker.Nameable nameable(CallerSight sight, boolean reckless) {
        return new ConstraintMaker.Nameable() {
            @Override
            public boolean member(EntityName on, String member) {
                return reckless || sight.mayName(on, member);
            }

            @Override
            public boolean entity(EntityName entity) {
                return reckless || sight.mayName(entity);
            }
        };
    }

    private Optional<List<String>> attributes(Dice by, EntityName entity, CallerSight sight) {
        if (!by.percent(15)) {
            return Optional.empty();
        }
        List<String> all = Stream.concat(
                        world.model().attributes(entity).stream()
                                .map(DeclaredAttribute::attribute)
                                .filter(Attribute::isSent)
                                .map(Attribute::name),
                        world.model().ownedEnds(entity).stream()
                                .map(end -> end.association().name().toString())
                                .distinct())
                .filter(name -> sight.mayName(entity, name))
                .toList();
        return Optional.of(by.some(all, by.between(1, 4)));
    }

    private List<Question.Key> sort(Dice by, ConstraintMaker maker, EntityName entity, CallerSight sight) {
        List<Question.Key> keys = new ArrayList<>();
        for (int i = by.percent(45) ? by.between(1, 3) : 0; i > 0; i--) {
            Question.Trail trail = maker.trail(entity, by.any(0, 0, 1, 2), Oracle::isSingle);
            EntityName end =
                    trail.hops().isEmpty() ? entity : trail.hops().getLast().to();
            List<DeclaredAttribute> members = world.model().attributes(end).stream()
                    .filter(declared -> declared.attribute().isUsable())
                    .filter(declared -> sight.mayName(end, declared.attribute().name()))
                    .toList();
            boolean desc = by.percent(50);
            if (trail.hops().isEmpty() && (members.isEmpty() || by.percent(10))) {
                keys.add(new Question.Key("id", List.of(), Optional.empty(), desc));
            } else if (!members.isEmpty()) {
                DeclaredAttribute member = by.any(members);
                String text = trail.text() + member.attribute().name();
                keys.add(new Question.Key(text, trail.hops(), Optional.of(member), desc));
            }
        }
        return keys;
    }

    private List<Question.Trail> expand(Dice by, ConstraintMaker maker, EntityName entity) {
        List<Question.Trail> paths = new ArrayList<>();
        for (int i = by.percent(15) ? by.between(1, 2) : 0; i > 0; i--) {
            Question.Trail trail = maker.trail(entity, by.between(1, 2), _ -> true);
            if (!trail.hops().isEmpty()) {
                String text = trail.text().substring(0, trail.text().length() - 1);
                paths.add(new Question.Trail(text, trail.hops()));
            }
        }
        return paths;
    }

    /** A function that its attribute has, or the number of objects. */
    Aggregate aggregate(Question question, long index) {
        Dice by = Dice.of(seed, ~index ^ 0x5bd1e995L);
        CallerSight sight = sight(question.caller());
        List<DeclaredAttribute> members = world.model().attributes(question.entity()).stream()
                .filter(declared -> declared.attribute().isUsable())
                .filter(declared ->
                        sight.mayName(question.entity(), declared.attribute().name()))
                .toList();
        if (members.isEmpty() || by.percent(15)) {
            return new Aggregate(AggregateFunction.COUNT, Optional.empty());
        }
        DeclaredAttribute member = by.any(members);
        List<AggregateFunction> functions = Stream.of(AggregateFunction.values())
                .filter(function -> function.of(member.attribute().type()).isPresent())
                .toList();
        return new Aggregate(by.any(functions), Optional.of(member));
    }

    record Aggregate(AggregateFunction function, Optional<DeclaredAttribute> attribute) {}

    Uni<Answer> answer(Question question, Aggregate aggregate) {
        return answered(() -> reads.aggregate(question.request(world, aggregate.function(), aggregate.attribute()))
                .map(Answer::of));
    }

    /** The same objects page by page, each behind the cursor of the one before. */
    Uni<Answer> pages(Question question, int limit) {
        return answered(() -> page(question, limit, Optional.empty(), new ArrayList<>()));
    }

    private Uni<Answer> page(Question question, int limit, Optional<String> after, List<Answer.Shown> before) {
        return reads.page(question.request(world, limit, after)).flatMap(page -> {
            if (!(Answer.of(page) instanceof Answer.Found(var objects, var count))) {
                throw new IllegalStateException("a page is found");
            }
            before.addAll(objects);
            return page.next().isPresent()
                    ? page(question, limit, page.next(), before)
                    : Uni.createFrom().item(new Answer.Found(before, count));
        });
    }

    /** The same objects as a stream, taken in pieces. */
    Uni<Answer> stream(Question question, int most) {
        return answered(() -> reads.stream(question.request(world))
                .flatMap(stream -> pieces(stream, most, new ArrayList<>())
                        .onTermination()
                        .invoke(() -> stream.close(Observation.StreamEnd.SERVED))));
    }

    private static Uni<Answer> pieces(ObjectStream stream, int most, List<ShownObject> before) {
        return stream.next(most).flatMap(piece -> {
            before.addAll(piece.objects());
            return piece.last()
                    ? Uni.createFrom().item(Answer.of(before, piece.count()))
                    : pieces(stream, most, before);
        });
    }

    CallerSight sight(Caller caller) {
        return Objects.requireNonNull(sights.get(caller));
    }

    Oracle oracle(Question question) {
        return new Oracle(world, sight(question.caller()), question);
    }

    /** What production says. */
    Uni<Answer> answer(Question question) {
        return answered(() -> reads.page(question.request(world)).map(Answer::of));
    }

    /** What production says of one object, through the question's entity. */
    Uni<Answer> answer(Question question, Thing thing) {
        return answered(() -> reads.object(question.request(world, thing)).map(Answer::of));
    }

    private static Uni<Answer> answered(Supplier<Uni<? extends Answer>> asking) {
        return Uni.createFrom()
                .<Answer>deferred(asking)
                .onFailure(Refusal.class)
                .recoverWithItem(failure -> refused(failure))
                .onFailure()
                .recoverWithItem(failure -> new Answer.Broken(failure.toString()));
    }

    private static Answer refused(Refusal refusal) {
        String code = refusal.problem().code().toString();
        return EXPECTED.contains(code)
                ? new Answer.Denied(code)
                : new Answer.Broken(refusal.problem().toString());
    }
}
