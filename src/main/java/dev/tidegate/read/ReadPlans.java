package dev.tidegate.read;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.tidegate.model.Model;
import dev.tidegate.model.Profile;
import dev.tidegate.model.ProfileName;
import dev.tidegate.model.RoleName;
import dev.tidegate.policy.DecidedQuery;
import dev.tidegate.policy.QueryRules;
import dev.tidegate.policy.QueryText;
import dev.tidegate.policy.Site;
import dev.tidegate.problem.Result;
import dev.tidegate.sql.Select;
import java.util.Set;

/**
 * The plans of queries, each made once for a profile, a set of roles and a text. Bounded by the size of the texts. What
 * was refused is judged again each time, so that nobody can push out good plans with bad ones.
 */
final class ReadPlans {
    private static final long HIGHEST_WEIGHT = 4_000_000;
    private static final int WEIGHT_OF_ANY = 1_000;

    private final QueryRules rules;
    private final ReadPlanner planner;
    private final Cache<Key, ReadPlan> plans = Caffeine.newBuilder()
            .maximumWeight(HIGHEST_WEIGHT)
            .weigher((Key key, ReadPlan plan) -> weight(key))
            .executor(Runnable::run)
            .build();

    ReadPlans(Model model, QueryRules rules) {
        this.rules = rules;
        this.planner = new ReadPlanner(model);
    }

    Result<ReadPlan> page(Profile profile, Set<RoleName> roles, QueryText query) {
        return find(profile, new Key(profile.name(), roles, query, false));
    }

    /** The plan for one object, whose id is bound as {@link QueryRules#ID_PARAMETER}. */
    Result<ReadPlan> object(Profile profile, Set<RoleName> roles, QueryText query) {
        return find(profile, new Key(profile.name(), roles, query, true));
    }

    private Result<ReadPlan> find(Profile profile, Key key) {
        ReadPlan known = plans.getIfPresent(key);
        if (known != null) {
            return Result.ok(known);
        }
        Result<ReadPlan> made = decide(profile, key)
                .map(query -> planner.plan(query, key.object() ? Select.Window.WHOLE : Select.Window.PAGE));
        if (made instanceof Result.Ok<ReadPlan>(var plan)) {
            plans.put(key, plan);
        }
        return made;
    }

    private Result<DecidedQuery> decide(Profile profile, Key key) {
        return key.object()
                ? rules.decideObject(profile, key.roles(), key.query())
                : rules.decide(profile, key.roles(), key.query(), Site.SERVER);
    }

    private static int weight(Key key) {
        return WEIGHT_OF_ANY + key.query().toString().length() * 4;
    }

    private record Key(ProfileName profile, Set<RoleName> roles, QueryText query, boolean object) {}
}
