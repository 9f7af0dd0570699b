package dev.tidegate.policy;

import dev.tidegate.model.EntityName;
import dev.tidegate.model.ModeClass;
import dev.tidegate.model.Model;
import dev.tidegate.model.Profile;
import dev.tidegate.model.RoleName;
import dev.tidegate.problem.ProblemCode;
import dev.tidegate.problem.Result;
import dev.tidegate.problem.Violation;
import dev.tidegate.xpath.CheckedConstraint;
import dev.tidegate.xpath.Condition;
import dev.tidegate.xpath.Member;
import dev.tidegate.xpath.Value;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Judges queries: syntax, then names and types, then the rules of the profile and of access; all violations of the
 * first stage that fails. What is allowed comes back with the caller's access woven in. Pure.
 */
public final class QueryRules {
    /** The parameter that {@link #decideObject} compares the id with; of the type of the entity's id. */
    public static final String ID_PARAMETER = "id";

    private final Rulebook rulebook;
    private final Model model;

    public QueryRules(Rulebook rulebook) {
        this.rulebook = rulebook;
        this.model = rulebook.model();
    }

    /** Whether the query may run at that site, and what then runs. At the device the answer is only the judgement. */
    public Result<DecidedQuery> decide(Profile profile, Set<RoleName> roles, QueryText query, Site site) {
        ReadAccess access = rulebook.access(roles);
        return ParsedQuery.parse(query)
                .flatMap(parsed -> bind(profile, parsed))
                .flatMap(bound -> judge(profile, access, bound, site))
                .map(bound -> decided(profile, access, bound));
    }

    /**
     * The query for one object by its id, which the caller binds as {@link #ID_PARAMETER}. Constraint and sort of
     * {@code query} are empty.
     */
    public Result<DecidedQuery> decideObject(Profile profile, Set<RoleName> roles, QueryText query) {
        if (query.constraint().isPresent() || !query.sort().isEmpty()) {
            throw new IllegalArgumentException("one object is not constrained or sorted");
        }
        return decide(profile, roles, query, Site.SERVER).map(this::byId);
    }

    /** Whether the aggregate may run, and what then runs: only over objects whose attribute may be read. */
    public Result<DecidedAggregate> decideAggregate(Profile profile, Set<RoleName> roles, AggregateText text) {
        ReadAccess access = rulebook.access(roles);
        return ParsedQuery.parse(text.query())
                .flatMap(parsed -> bind(profile, parsed))
                .flatMap(bound -> BoundAggregate.bind(model, bound, text))
                .flatMap(bound -> judge(profile, access, bound))
                .map(bound -> decided(access, bound));
    }

    /** The first two stages alone: the constraint of a query whose syntax, names and types are right. No rule is asked. */
    public Result<CheckedConstraint> checked(Profile profile, QueryText query) {
        return ParsedQuery.parse(query)
                .flatMap(parsed -> bind(profile, parsed))
                .map(bound -> new CheckedConstraint(bound.entity(), bound.condition(), bound.parameters()));
    }

    private DecidedQuery byId(DecidedQuery all) {
        Member.Id id = new Member.Id(
                all.entity(), model.entity(all.entity()).identity().type(), 0);
        Condition same =
                new Condition.Compare(id, Condition.Comparator.EQUAL, new Value.Parameter(ID_PARAMETER, id.type(), 0));
        return new DecidedQuery(
                all.entity(),
                same.and(all.where()),
                Set.of(ID_PARAMETER),
                all.views(),
                all.attributes(),
                List.of(),
                all.expand());
    }

    private Result<BoundQuery> bind(Profile profile, ParsedQuery parsed) {
        Result<EntityName> entity =
                EntityNames.find(model, profile, parsed.text().entity());
        return switch (entity) {
            case Result.Refused<EntityName>(var unknown) -> Result.refused(unknown);
            case Result.Ok<EntityName>(EntityName name) -> BoundQuery.bind(model, name, parsed, absent(profile, name));
        };
    }

    private static Optional<Violation> absent(Profile profile, EntityName entity) {
        return profile.isOffline() && profile.modeClass(entity) == ModeClass.ABSENT
                ? Optional.of(Violation.of(ProblemCode.NOT_IN_PROFILE, EntityNames.absent(profile, entity)))
                : Optional.empty();
    }

    private Result<BoundQuery> judge(Profile profile, ReadAccess access, BoundQuery bound, Site site) {
        QueryJudgement judgement = new QueryJudgement(model, new Limitations(model, profile), access);
        boolean readable = judgement.entity(bound.entity(), site);
        judgement.constraint("constraint", bound.entity(), bound.condition(), readable);
        bound.sort().forEach(key -> judgement.sort(key, readable));
        bound.expand().forEach(path -> judgement.expansion(path, site, readable));
        bound.shown().forEach(member -> judgement.shown(bound.entity(), member.name(), member.position(), readable));
        List<Violation> violations = judgement.violations();
        return violations.isEmpty() ? Result.ok(bound) : Result.refused(violations);
    }

    private Result<BoundAggregate> judge(Profile profile, ReadAccess access, BoundAggregate aggregate) {
        BoundQuery bound = aggregate.query();
        QueryJudgement judgement = new QueryJudgement(model, new Limitations(model, profile), access);
        boolean readable = judgement.entity(bound.entity(), Site.SERVER);
        judgement.constraint("constraint", bound.entity(), bound.condition(), readable);
        aggregate.attribute().ifPresent(attribute -> judgement.aggregated(attribute, readable));
        List<Violation> violations = judgement.violations();
        return violations.isEmpty() ? Result.ok(aggregate) : Result.refused(violations);
    }

    private static DecidedAggregate decided(ReadAccess access, BoundAggregate aggregate) {
        BoundQuery bound = aggregate.query();
        Condition where = access.readable(bound.entity())
                .and(aggregate.attribute().map(access::guard).orElse(Condition.always()))
                .and(access.weave(bound.condition()));
        return new DecidedAggregate(
                bound.entity(),
                where,
                bound.parameters(),
                aggregate.function(),
                aggregate.attribute().map(Member.OfAttribute::declared),
                aggregate.type());
    }

    private DecidedQuery decided(Profile profile, ReadAccess access, BoundQuery bound) {
        EntityViews views = new EntityViews(model, new Limitations(model, profile), access);
        return new DecidedQuery(
                bound.entity(),
                access.readable(bound.entity()).and(access.weave(bound.condition())),
                bound.parameters(),
                views.of(bound.entity()),
                bound.attributes(),
                bound.sort().stream()
                        .map(key -> new DecidedQuery.ReadableKey(key, access.readable(key)))
                        .toList(),
                new Expansions(access, views)
                        .of(bound.expand().stream()
                                .map(BoundQuery.Expansion::hops)
                                .toList()));
    }
}
