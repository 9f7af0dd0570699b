package dev.tidegate.oracle;

import dev.tidegate.connectivity.StoreStates;
import dev.tidegate.connectivity.Thresholds;
import dev.tidegate.model.Attribute;
import dev.tidegate.model.DeclaredAttribute;
import dev.tidegate.model.EntityName;
import dev.tidegate.model.Model;
import dev.tidegate.model.RoleName;
import dev.tidegate.policy.Caller;
import dev.tidegate.policy.QueryRules;
import dev.tidegate.policy.Rulebook;
import dev.tidegate.problem.Refusal;
import dev.tidegate.read.LiveReads;
import dev.tidegate.read.RowSource;
import dev.tidegate.testing.TestDatabase;
import io.smallrye.mutiny.Uni;
import java.time.Clock;
import java.time.Duration;
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
        StoreStates states = new StoreStates(Set.of(ModelMaker.STORE), new Thresholds(1, 2, 1), Duration.ofSeconds(1));
        LiveReads reads = new LiveReads(
                world.model(),
                new QueryRules(Rulebook.of(world.model())),
                source,
                states,
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
                entity, caller, constraint, maker.given(), attributes(by, entity, sight), sort(by, entity, sight));
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

    private List<Question.Key> sort(Dice by, EntityName entity, CallerSight sight) {
        if (!by.percent(40)) {
            return List.of();
        }
        List<String> all = Stream.concat(
                        Stream.of("id"),
                        world.model().attributes(entity).stream()
                                .map(DeclaredAttribute::attribute)
                                .filter(Attribute::isUsable)
                                .map(Attribute::name)
                                .filter(name -> sight.mayName(entity, name)))
                .toList();
        return by.some(all, by.between(1, 3)).stream()
                .map(name -> new Question.Key(name, by.percent(50)))
                .toList();
    }

    CallerSight sight(Caller caller) {
        return Objects.requireNonNull(sights.get(caller));
    }

    Oracle oracle(Question question) {
        return new Oracle(world, sight(question.caller()));
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
