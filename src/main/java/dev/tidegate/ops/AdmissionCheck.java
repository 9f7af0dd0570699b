package dev.tidegate.ops;

import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.Optional;

/** Limits of what is let in that cannot be kept to refuse the start. */
@Singleton
final class AdmissionCheck {
    void check(@Observes @Priority(StartOrder.CHECKS) StartupEvent start, TidegateConfig config) {
        require(config.limits());
    }

    static void require(TidegateConfig.Limits limits) {
        if (limits.calls() < 1) {
            throw new StartRefused("tidegate.limits.calls is " + limits.calls() + ": it is at least 1.");
        }
        requireRate("caller", limits.callerRate(), limits.callerBurst());
        requireRate("address", limits.addressRate(), limits.addressBurst());
    }

    private static void requireRate(String whose, Optional<Integer> rate, Optional<Integer> burst) {
        if (rate.isPresent() && (rate.get() < 1 || burst.orElse(rate.get()) < rate.get())) {
            throw new StartRefused("tidegate.limits." + whose + "-rate is " + rate.get() + " and ." + whose + "-burst "
                    + burst.map(Object::toString).orElse("absent")
                    + ": a rate is at least 1 call a second, and a burst no less than the rate.");
        }
        if (rate.isEmpty() && burst.isPresent()) {
            throw new StartRefused("tidegate.limits." + whose + "-burst means nothing without ." + whose + "-rate.");
        }
    }
}
