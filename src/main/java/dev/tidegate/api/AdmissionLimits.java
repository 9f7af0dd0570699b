package dev.tidegate.api;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * How much is let in: calls under way at a time, those that listen for hints not counted; and how often each caller and each
 * address may call, without a limit where there is none.
 */
@Singleton
final class AdmissionLimits {
    private static final int BURST_SECONDS = 10;

    final int calls;
    final Optional<Rate> caller;
    final Optional<Rate> address;

    /** So many calls in a second over time, and so many at once after a pause. */
    record Rate(int perSecond, int burst) {}

    @Inject
    AdmissionLimits(
            @ConfigProperty(name = "tidegate.limits.calls", defaultValue = "5000") int calls,
            @ConfigProperty(name = "tidegate.limits.caller-rate") Optional<Integer> callerRate,
            @ConfigProperty(name = "tidegate.limits.caller-burst") Optional<Integer> callerBurst,
            @ConfigProperty(name = "tidegate.limits.address-rate") Optional<Integer> addressRate,
            @ConfigProperty(name = "tidegate.limits.address-burst") Optional<Integer> addressBurst) {
        this.calls = calls;
        this.caller = rate(callerRate, callerBurst);
        this.address = rate(addressRate, addressBurst);
    }

    private static Optional<Rate> rate(Optional<Integer> perSecond, Optional<Integer> burst) {
        return perSecond.map(rate -> new Rate(rate, burst.orElse(rate * BURST_SECONDS)));
    }
}
