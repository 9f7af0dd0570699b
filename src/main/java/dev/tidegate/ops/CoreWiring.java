package dev.tidegate.ops;

import dev.tidegate.policy.ChangeRules;
import dev.tidegate.policy.Checks;
import dev.tidegate.policy.QueryRules;
import dev.tidegate.policy.Rulebook;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;

/** Makes the pure parts that every flow shares. */
@Singleton
final class CoreWiring {

    @Produces
    @Singleton
    QueryRules queryRules(Rulebook rulebook) {
        return new QueryRules(rulebook);
    }

    @Produces
    @Singleton
    ChangeRules changeRules(Rulebook rulebook) {
        return new ChangeRules(rulebook);
    }

    @Produces
    @Singleton
    Checks checks(Rulebook rulebook) {
        return new Checks(rulebook);
    }

    @Produces
    @Singleton
    Clock clock() {
        return Clock.systemUTC();
    }
}
