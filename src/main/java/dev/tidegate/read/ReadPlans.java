package dev.tidegate.read;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.tidegate.model.Model;
import dev.tidegate.model.Profile;
import dev.tidegate.model.ProfileName;
import dev.tidegate.model.RoleName;
import dev.tidegate.policy.AggregateText;
import dev.tidegate.policy.DecidedQuery;
import dev.tidegate.policy.QueryRules;
import dev.tidegate.policy.QueryText;
import dev.tidegate.policy.Site;
import dev.tidegate.problem.Result;
import dev.tidegate.xpath.CheckedConstraint;
import java.util.Optional;
import java.util.Set;

/**
 * The plans of queries, each made once for a profile, a set of roles and a text; all live calls share them. Bounded by the size of the
 * texts and of what they became. What was refused is judged again each time, so that nobody can push out good plans with bad ones.
 */
public final class ReadPlans {
    private static final long HIGHEST_WEIGHT = 32_000_000;
    private static final int WEIGHT_OF_ANY = 1_000;
    private static final int WEIGHT_OF_A_ROLE = 100;

    private final QueryRules rules;
    private final ReadPlanner planner;
    private final Cache<Key, ReadPlan> plans = Caffeine.newBuilder()
            .maximumWeight(HIGHEST_WEIGHT)
            .weigher((Key key, ReadPlan plan) -> weight(key, plan))
            .executor(Runnable::run)
            .build();

    public ReadPlans(Model model, QueryRules rules) {
        this.rules = rules;
        this.planner = new ReadPlanner(model);
    }

    Result<ReadPlan> query(Profile profile, Set<RoleName> roles, QueryText query, Wanted wanted) {
        return find(profile, new Key(profile.name(), roles, query, wanted));
    }

    /** The plan for one object, whose id is bound as {@link QueryRules#ID_PARAMETER}. */
    Result<ReadPlan> object(Profile profile, Set<RoleName> roles, QueryText query) {
        return find(profile, new Key(profile.name(), roles, query, new Wanted.OneObject()));
    }

    /** Made anew each time: what an aggregate reads costs more than its plan. */
    Result<AggregatePlan> aggregate(Profile profile, Set<RoleName> roles, AggregateText text) {
        return rules.decideAggregate(profile, roles, text).map(planner::plan);
    }

    /** Whether a query that was refused got as far as the rules; its constraint then. */
    Optional<CheckedConstraint> checked(Profile profile, QueryText query) {
        return switch (rules.checked(profile, query)) {
            case Result.Ok<CheckedConstraint>(CheckedConstraint constraint) -> Optional.of(constraint);
            case Result.Refused<CheckedConstraint> _ -> Optional.empty();
        };
    }

    private Result<ReadPlan> find(Profile profile, Key key) {
        ReadPlan known = plans.getIfPresent(key);
        if (known != null) {
            return Result.ok(known);
        }
        Result<ReadPlan> made = decide(profile, key).map(query -> planner.plan(query, key.wanted()));
        if (made instanceof Result.Ok<ReadPlan>(var plan)) {
            plans.put(key, plan);
        }
        return made;
    }

    private Result<DecidedQuery> decide(Profile profile, Key key) {
        return switch (key.wanted()) {
            case Wanted.OneObject _ -> rules.decideObject(profile, key.roles(), key.query());
            case Wanted.OfPage _, Wanted.OfStream _ -> rules.decide(profile, key.roles(), key.query(), Site.SERVER);
        };
    }

    /** Rights make a statement much longer than the text that it came from, and a caller may have many roles. */
    private static int weight(Key key, ReadPlan plan) {
        int texts = key.query().toString().length() + plan.length();
        return WEIGHT_OF_ANY + texts * 4 + key.roles().size() * WEIGHT_OF_A_ROLE;
    }

    private record Key(ProfileName profile, Set<RoleName> roles, QueryText query, Wanted wanted) {}
}
